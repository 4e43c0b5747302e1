/**
 * A hundred times `listenq why` of servers that keep up: short connections, many idle ones, bursts, health checks that only
 * connect, and a view from another PID namespace of the pod. Not one finding above info.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canMakeWorlds, hasProgram, runInOwnWorld } from "../support/own-world.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/situations");
const RUNS = 20;

const NGINX = `cat > n.conf <<EOF
daemon on; pid $PWD/n.pid; error_log $PWD/e.log; worker_processes 1; user root;
events { worker_connections 500; }
http { access_log off; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s; server { listen 8080; location / { return 200 "ok"; } } }
EOF
nginx -c $PWD/n.conf`;
const NODE = `node -e 'require("http").createServer((q,r)=>r.end("ok")).listen(8080)' &`;
const REDIS = "redis-server --port 8080 --bind 127.0.0.1 --save '' --dir $PWD > /dev/null &";

const HEALTHY: readonly (readonly [kind: string, program: string, server: string, before: string])[] = [
  ["short", "nginx", NGINX, ""],
  ["idle", "nginx", NGINX, ""],
  ["bursts", "nginx", NGINX, ""],
  ["checks", "redis-server", REDIS, ""],
  ["short", "node", NODE, "unshare -p -f --mount-proc"],
];

describe.skipIf(!canMakeWorlds || !hasProgram("python3"))(
  "listenq why of healthy servers (needs root)",
  () => {
    for (const [kind, program, server, before] of HEALTHY)
      it.skipIf(!hasProgram(program))(
        `${program}, ${kind}${before === "" ? "" : ", seen from another PID namespace"}: ${RUNS} times`,
        async () => {
          const world = await runInOwnWorld(
            `${server}
        until_listens 8080; coproc C { python3 ${FIXTURES}/healthy_clients.py ${kind} 8080; }; read -r _ <&"\${C[0]}"
        for i in $(seq ${RUNS}); do ${before} $LISTENQ why 8080 --for 1s --fail-on warning > answer || { echo "run $i:"; cat answer; }; done; echo done`,
          );
          expect(world.stdout).toBe("done\n");
        },
      );
  },
);
