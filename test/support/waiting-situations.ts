/**
 * Situations of servers that wait for something themselves: a file, a lock, a pipe, their own answer, a thread, a CPU. They
 * were written down with their verdicts before they were run for the first time, together with those of
 * `passing-situations.ts` (docs/why.md says how many were right then).
 *
 * @module
 */
import { apachePrefork, clients, nginx, ownCgroup, paced, type Situation, silent } from "./situation.ts";

/** In the order of the table. */
export const WAITING_SITUATIONS: readonly Situation[] = [
  {
    situation: "one process, whose script asks its own port",
    software: "PHP's built-in server",
    needs: ["php", "python3"],
    script: `printf '<?php if ($_SERVER["REQUEST_URI"] !== "/other") echo file_get_contents("http://127.0.0.1:8080/other");' > index.php
      php -S 127.0.0.1:8080 index.php > p.log 2>&1 & until_listens 8080; PORT=8080; ${clients(8080, 12, 0.1)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /^php \d+ .*: it waits for itself/,
  },
  {
    situation: "its log goes into a pipe whose reader is stopped",
    software: "Apache httpd",
    needs: ["apache2", "python3"],
    script: `printf '#!/bin/sh\\nexec cat > /dev/null\\n' > keep-log; chmod 755 keep-log
      ${apachePrefork(3, `"AcceptFilter http none" "CustomLog \\"|$PWD/keep-log\\" \\"%r $(head -c 3000 /dev/zero | tr '\\0' x)\\""`)}
      until pgrep -x cat > /dev/null; do sleep .05; done; kill -STOP $(pgrep -x cat); PORT=8080; ${paced(8080, 20)}
      until [ $(cat $(pgrep -P $A -x apache2 | sed 's:.*:/proc/&/wchan:') | grep -o pipe_write | wc -l) = 3 ]; do sleep .1; done; sleep 1`,
    verdict: "nobody-accepts",
    title: /writes into a full pipe/,
    remedy: /^ls -l \/proc\/\d+\/fd \| grep pipe/,
  },
  {
    situation: "all children in session_start() of one session, which another process has locked",
    software: "PHP-FPM",
    needs: ["php-fpm8.2", "flock", "python3"],
    script: `mkdir sess; : > sess/sess_abc; printf '<?php session_save_path("%s/sess"); session_id("abc"); session_start(); echo "ok";' $PWD > s.php
      printf '[global]\\nerror_log=/dev/null\\n[www]\\nuser=root\\ngroup=root\\nlisten=127.0.0.1:9000\\nlisten.backlog=64\\npm=static\\npm.max_children=3\\n' > fpm.conf
      flock sess/sess_abc sleep 1000 & until ! flock -n sess/sess_abc true; do sleep .05; done
      php-fpm8.2 -R -F -y fpm.conf & until_listens 9000; PORT=9000
      coproc C { python3 $FIXTURES/fastcgi_clients.py 9000 $PWD/s.php 5; }; read -r _ <&"\${C[0]}" || exit 92; sleep 3`,
    verdict: "nobody-accepts",
    title: /waits for the lock of a file/,
    remedy: /^cat \/proc\/locks/,
  },
  {
    situation: "its files lie on a FUSE file system that does not answer",
    software: "nginx",
    needs: ["nginx", "/dev/fuse", "python3"],
    script: `mkdir mnt; coproc F { exec 2> /dev/null; python3 $FIXTURES/dead_file_system.py mnt; }; read -r _ <&"\${F[0]}" || exit 92
      ${nginx("server { listen 8080; location / { root $PWD/mnt; } }")} until_listens 8080; PORT=8080; ${clients(8080, 20, 0.05)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /waits for a FUSE file system/,
  },
  {
    situation: "web.max-connections: Go waits for a place before it accepts",
    software: "Prometheus",
    needs: ["prometheus", "python3"],
    script: `printf 'global:\\n  scrape_interval: 1h\\n' > p.yml
      prometheus --config.file=p.yml --storage.tsdb.path=$PWD/d --web.listen-address=127.0.0.1:9090 --web.max-connections=4 > p.log 2>&1 & until_listens 9090; PORT=9090; ${silent(9090, 30, 0.05)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /^prometheus /,
  },
  {
    situation: "workers that end while they load the application, again and again",
    software: "Unicorn",
    needs: ["unicorn", "python3"],
    script: `printf 'raise "no database"\\n' > config.ru; printf 'worker_processes 2\\nlisten "127.0.0.1:8080", backlog: 64\\n' > u.rb
      unicorn -c u.rb config.ru > u.log 2>&1 & echo "worker $!" >&2; until_listens 8080; PORT=8080; ${clients(8080, 30, 0.05)}`,
    forMs: 3000,
    verdict: "nobody-accepts",
    title: /^unicorn \d+ .*: processes that it had started ended meanwhile/,
    remedy: /^ls -l \/proc\/WORKER\/fd\/1/,
  },
  {
    situation: "all threads wait for a server behind that says nothing",
    software: "Varnish",
    needs: ["varnishd", "curl", "python3"],
    script: `printf 'vcl 4.1;\\nbackend default { .host = "127.0.0.1"; .port = "8081"; .first_byte_timeout = 1000s; }\\nsub vcl_recv { if (req.url == "/up") { return (synth(200)); } return (pass); }\\n' > v.vcl
      chmod 755 .; python3 $FIXTURES/keep_all.py 8081 64 & until_listens 8081
      varnishd -F -j none -n $PWD/v -a 127.0.0.1:8080 -f $PWD/v.vcl -p thread_pools=1 -p thread_pool_min=5 -p thread_pool_max=5 > v.log 2>&1 &
      until curl -s -o /dev/null 127.0.0.1:8080/up; do sleep .05; done; PORT=8080; ${clients(8080, 60, 0.03)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /^cache-main /,
  },
  {
    situation: "accept_mutex: the worker that holds it is stopped, the other one cannot accept",
    software: "nginx",
    needs: ["nginx", "curl", "python3"],
    script: `${nginx('server { listen 8080; location / { return 200 "ok"; } }').replace("worker_processes 1", "worker_processes 2").replace("worker_connections 500;", "worker_connections 500; accept_mutex on;")} until_listens 8080; PORT=8080
      until [ $(pgrep -P $(cat n.pid) | wc -l) = 2 ]; do sleep .05; done; sleep 1
      for try in $(seq 20); do for W in $(pgrep -P $(cat n.pid)); do
        kill -STOP $W; timeout 1.5 curl -s -o /dev/null 127.0.0.1:8080; [ $? = 124 ] && break 2; kill -CONT $W; done; done
      echo "worker $W" >&2; ${clients(8080, 30, 0.05)}`,
    verdict: "owner-not-running",
    remedy: /^kill -CONT WORKER\b/,
  },
  {
    situation: "frozen with its control group, as a paused container is",
    software: "WEBrick",
    needs: ["ruby", "python3"],
    script: `ruby -run -e httpd . -p 8080 -b 127.0.0.1 > r.log 2>&1 & S=$!; until_listens 8080; PORT=8080
      ${ownCgroup("unified freezer .")} if [ -e $G/freezer.state ]; then F=$G/freezer.state; trap "echo THAWED > $F; leave_cgroup" EXIT; echo FROZEN > $F; else echo 1 > $G/cgroup.freeze; fi
      ${clients(8080, 20, 0.05)}`,
    verdict: "owner-not-running",
    title: /^ruby \d+ is frozen/,
    never: /kill -CONT/,
  },
  {
    situation: "a CPU quota of 1 % and 20 requests a second",
    software: "Java's HttpServer",
    needs: ["javac", "curl", "python3", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"],
    script: `cat > H.java <<'EOF'
public class H {
  public static void main(String[] a) throws Exception {
    var server = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 8080), 200);
    server.createContext("/", e -> { e.sendResponseHeaders(200, 2); e.getResponseBody().write("ok".getBytes()); e.close(); });
    server.setExecutor(java.util.concurrent.Executors.newFixedThreadPool(4));
    server.start();
  }
}
EOF
      javac H.java; java -XX:+UseSerialGC H > h.log 2>&1 & S=$!; until_listens 8080; PORT=8080; curl -s -o /dev/null 127.0.0.1:8080
      ${ownCgroup("cpu")} echo 1000 > $G/cpu.cfs_quota_us; ${paced(8080, 20)}; sleep 3`,
    forMs: 4000,
    verdict: "owner-not-running",
    title: /^java \d+ was throttled/,
  },
];
