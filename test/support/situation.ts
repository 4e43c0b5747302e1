/**
 * A situation for `listenq why`, and what their scripts have in common.
 *
 * @module
 */
import type { LiveFindingCode } from "../../src/core/findings/listeners/kinds.ts";

/** One of them. */
export interface Situation {
  /** What is so, in words of the table. */
  readonly situation: string;
  readonly software: string;
  /** Programs without which it cannot be set up. */
  readonly needs: readonly string[];
  /** Bash that sets it up and leaves the port, or the path, in `$PORT`. */
  readonly script: string;
  /** Words in front of the program, such as another PID namespace. */
  readonly before?: string;
  readonly verdict: LiveFindingCode;
  /** A verdict that is as right, where chance decides whether the last look meets a full queue. */
  readonly orElse?: LiveFindingCode;
  /** What the verdict must say. */
  readonly title?: RegExp;
  /** What no finding may say. */
  readonly never?: RegExp;
  /** What the first remedy must be. */
  readonly remedy?: RegExp;
  /** How long it takes to show; 2 s if left out. */
  readonly forMs?: number;
}

/** By a case of test/fixtures/situations/situations.py. */
export const python = (name: string): Pick<Situation, "software" | "needs" | "script"> => ({
  software: "Python",
  needs: ["python3"],
  script: `coproc S { python3 $FIXTURES/situations.py ${name}; }; read -r _ PORT <&"\${S[0]}" || exit 92`,
});
/** So many clients of a port that ask for something and stay; goes on once some are there. */
export const clients = (port: number, count: number, everyS: number, there = count): string =>
  `coproc C { python3 $FIXTURES/clients.py ${port} ${count} ${everyS} ${there}; }; read -r _ <&"\${C[0]}" || exit 92`;
export const nginx = (http: string): string => `
cat > n.conf <<EOF
daemon on; pid $PWD/n.pid; error_log $PWD/e.log; worker_processes 1; user root;
events { worker_connections 500; }
http { access_log off; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s; ${http} }
EOF
nginx -c $PWD/n.conf
`;
