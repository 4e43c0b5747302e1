/**
 * Situations of real servers that `listenq why` was not made for: each was written down with its verdict before it was run
 * for the first time (docs/why.md says how many were right then). They stand beside those of `situations.ts`.
 *
 * @module
 */
import {
  apachePrefork,
  clients,
  haproxy,
  healthy,
  nginx,
  POSTGRES,
  python,
  type Situation,
  silent,
} from "./situation.ts";

/** In the order of the table. */
export const SERVER_SITUATIONS: readonly Situation[] = [
  {
    situation: "it serves one client at a time, and that one says nothing",
    software: "openssl s_server",
    needs: ["openssl", "python3"],
    script: `openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=x -days 2 2> /dev/null
      openssl s_server -accept 127.0.0.1:8443 -key k.pem -cert c.pem -quiet > /dev/null 2>&1 < /dev/zero & until_listens 8443; PORT=8443; ${silent(8443, 30, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /openssl/,
  },
  {
    situation: "a development server without threads, in a request that takes minutes",
    software: "Flask",
    needs: ["python3", "flask"],
    script: `printf 'import time,flask\\na=flask.Flask("x")\\n@a.route("/")\\ndef f():\\n    time.sleep(600); return "ok"\\na.run("127.0.0.1",5000,threaded=False)\\n' > app.py
      python3 app.py > /dev/null 2>&1 & until_listens 5000; PORT=5000; ${clients(5000, 20, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
  },
  {
    situation: "two threads of the server wait for each other",
    software: "Java",
    needs: ["javac", "python3"],
    script: `cat > S.java <<'EOF'
public class S {
  public static void main(String[] a) throws Exception {
    Object one = new Object(), two = new Object();
    java.net.ServerSocket s = new java.net.ServerSocket(8080);
    s.accept();
    new Thread(() -> { synchronized (two) { pause(); synchronized (one) { } } }).start();
    synchronized (one) { pause(); synchronized (two) { s.accept(); } }
  }
  static void pause() { try { Thread.sleep(500); } catch (InterruptedException e) { } }
}
EOF
      javac S.java; java -cp . S & until_listens 8080; PORT=8080; ${clients(8080, 60, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /java/,
  },
  {
    situation: "worker_connections are used up: it accepts and closes",
    software: "nginx",
    needs: ["nginx", "python3"],
    script: `${nginx('server { listen 8080; location / { return 200 "ok"; } }').replace("worker_connections 500", "worker_connections 12")} until_listens 8080; PORT=8080; ${silent(8080, 1000, 0.02, 40)}`,
    verdict: "not-the-queue",
  },
  {
    situation: "a worker without file descriptors left",
    software: "nginx",
    needs: ["nginx", "python3"],
    script: `${nginx('server { listen 8080; location / { return 200 "ok"; } }').replace("user root;", "user root; worker_rlimit_nofile 20;")} until_listens 8080; PORT=8080; ${silent(8080, 1000, 0.02, 60)}`,
    verdict: "owner-at-fd-limit",
  },
  {
    situation: "a Lua script that does not end",
    software: "Redis",
    needs: ["redis-server", "redis-cli", "python3"],
    script: `redis-server --port 6379 --bind 127.0.0.1 --save '' --busy-reply-threshold 0 --dir $PWD > /dev/null & until_listens 6379; PORT=6379
      redis-cli eval 'while true do end' 0 > /dev/null 2>&1 & sleep 1; ${clients(6379, 1000, 0.02, 30)}`,
    verdict: "nobody-accepts",
    orElse: "owner-spinning",
  },
  {
    situation: "a pooler before a database that is stopped by a signal",
    software: "pgbouncer, PostgreSQL",
    needs: ["pgbouncer", "pg_lsclusters", "psql", "python3"],
    script: `${POSTGRES}; kill -STOP $(head -1 db/postmaster.pid)
      printf '[databases]\\n* = host=127.0.0.1 port=5432 user=postgres\\n[pgbouncer]\\nlisten_addr=127.0.0.1\\nlisten_port=6432\\nauth_type=any\\nunix_socket_dir=\\ndefault_pool_size=300\\n' > b.ini
      su postgres -s /bin/bash -c "exec pgbouncer $PWD/b.ini" > b.log 2>&1 & until_listens 6432; PORT=6432
      for i in $(seq 12); do psql -h 127.0.0.1 -p 6432 -U postgres postgres -c 'select 1' > /dev/null 2>&1 & sleep .05; done; sleep 1`,
    forMs: 4000,
    verdict: "queue-behind-full",
    title: /5432/,
  },
  {
    situation: "over TCP, more requests than its children can do",
    software: "PHP-FPM",
    needs: ["php-fpm8.2", "python3"],
    script: `printf '<?php usleep(300000);' > slow.php
      printf '[global]\\nerror_log=/dev/null\\n[www]\\nuser=root\\ngroup=root\\nlisten=127.0.0.1:9000\\nlisten.backlog=8\\npm=static\\npm.max_children=1\\n' > fpm.conf
      php-fpm8.2 -R -F -y fpm.conf & until_listens 9000; PORT=9000
      coproc C { python3 $FIXTURES/fastcgi_clients.py 9000 $PWD/slow.php 40; }; read -r _ <&"\${C[0]}" || exit 92; sleep 2`,
    forMs: 3000,
    verdict: "accept-queue-full",
    orElse: "accept-queue-overflow",
  },
  {
    situation: "all workers held by clients that say nothing, prefork",
    software: "Apache httpd",
    needs: ["apache2", "python3"],
    script: `${apachePrefork(3, '"ListenBacklog 16" "AcceptFilter http none"')}; PORT=8080; ${silent(8080, 40, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /apache2/,
  },
  {
    situation: "rate-limit sessions 5, and 50 clients a second",
    software: "HAProxy",
    needs: ["haproxy", "python3"],
    script: `python3 $FIXTURES/keep_all.py 8081 64 & until_listens 8081; ${haproxy("127.0.0.1:8080 backlog 16", "127.0.0.1:8081", " rate-limit sessions 5")} PORT=8080; ${clients(8080, 1000, 0.02, 60)}; sleep 1`,
    forMs: 3000,
    verdict: "accept-queue-full",
    orElse: "accept-queue-overflow",
  },
  {
    situation: "node:cluster, whose primary accepts and does not return to its event loop",
    software: "Node.js",
    needs: ["python3"],
    script: `cat > c.cjs <<'EOF'
const cluster = require("node:cluster");
if (!cluster.isPrimary) require("node:http").createServer((q, r) => r.end("ok")).listen(8080, "127.0.0.1");
else for (let i = 0; i < 2; i++) cluster.fork().on("listening", () => setTimeout(() => { for (;;); }, 1500));
EOF
      node c.cjs & until_listens 8080; echo "worker $!" >&2; sleep 2; PORT=8080; ${clients(8080, 600, 0.01, 60)}`,
    verdict: "nobody-accepts",
    orElse: "owner-spinning",
  },
  {
    situation: "a debugger holds the server",
    software: "C",
    needs: ["gcc", "python3"],
    script: `cat > s.c <<'EOF'
#include <netinet/in.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <unistd.h>
int main(void) { int s = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8080), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  bind(s, (void *)&a, sizeof a); listen(s, 10); for (;;) close(accept(s, 0, 0)); }
EOF
      printf '#include <sys/ptrace.h>\\n#include <stdlib.h>\\n#include <unistd.h>\\nint main(int c, char **v) { if (ptrace(PTRACE_ATTACH, atoi(v[1]), 0, 0)) return 1; for (;;) pause(); }\\n' > t.c
      gcc -o served s.c && gcc -o tracer t.c && ./served & until_listens 8080; ./tracer $(pgrep -x served) & sleep .5; PORT=8080; ${clients(8080, 30, 0.01)}`,
    verdict: "owner-not-running",
    title: /served/,
  },
  {
    situation: "a firewall drops half of the SYNs",
    software: "nginx",
    needs: ["nginx", "iptables", "python3"],
    script: `${nginx('server { listen 8080; location / { return 200 "ok"; } }')} until_listens 8080; PORT=8080
      iptables -A INPUT -p tcp --dport 8080 --syn -m statistic --mode nth --every 2 -j DROP; ${clients(8080, 300, 0.03, 30)}`,
    verdict: "not-the-queue",
  },
  {
    situation: "SYN+ACKs are lost on the way back, SYN cookies off, listen(8)",
    software: "Python",
    needs: ["nft", "python3"],
    script: `sysctl -qw net.ipv4.tcp_syncookies=0; python3 $FIXTURES/keep_all.py 8080 8 & until_listens 8080; PORT=8080
      nft add table ip t; nft add chain ip t i '{ type filter hook input priority 0; }'; nft add rule ip t i tcp sport 8080 tcp flags '& (syn|ack) == (syn|ack)' drop
      ${clients(8080, 500, 0.05, 30)}`,
    verdict: "syn-flood",
    title: /^SYN\+ACKs that are lost/,
  },
  {
    situation: "tcp_max_syn_backlog of 8, SYN cookies off, clients 400 ms away",
    ...python("small_syn_backlog_far_clients"),
    forMs: 3000,
    verdict: "last-quarter-drops",
  },
  {
    situation: "--backlog 2048, kept at 16 by somaxconn, and bursts",
    software: "gunicorn",
    needs: ["gunicorn", "python3"],
    script: `sysctl -qw net.core.somaxconn=16; printf 'import time\\ndef application(env, start):\\n    time.sleep(.015); start("200 OK",[]); return [b"ok"]\\n' > brisk.py
      gunicorn -w 2 --backlog 2048 -b 127.0.0.1:8080 brisk:application > g.log 2>&1 & until_listens 8080; PORT=8080; ${healthy("bursts", 8080)}`,
    forMs: 4000,
    verdict: "limit-too-small",
    remedy: /^sysctl -w net\.core\.somaxconn=/,
  },
  {
    situation: "a proxy before a server that is stopped by a signal",
    software: "HAProxy, lighttpd",
    needs: ["haproxy", "lighttpd", "python3"],
    script: `printf 'server.document-root = "%s"\\nserver.port = 8081\\nserver.bind = "127.0.0.1"\\nserver.listen-backlog = 4\\n' $PWD > l.conf
      lighttpd -D -f l.conf > l.log 2>&1 & L=$!; until_listens 8081; kill -STOP $L; ${haproxy("127.0.0.1:8080", "127.0.0.1:8081")} PORT=8080; ${clients(8080, 300, 0.05, 30)}`,
    verdict: "queue-behind-full",
    title: /8081 \(lighttpd\)/,
  },
  {
    situation: "listen … deferred, which lets silent clients in after a second",
    software: "nginx",
    needs: ["nginx", "python3"],
    script: `${nginx('server { listen 8080 deferred; location / { return 200 "ok"; } }')} until_listens 8080; PORT=8080; ${silent(8080, 1000, 0.03, 40)}`,
    forMs: 3000,
    verdict: "not-the-queue",
  },
  {
    situation: "listen … reuseport, one of two workers is stopped",
    software: "nginx",
    needs: ["nginx", "python3"],
    script: `${nginx('server { listen 8080 reuseport; location / { return 200 "ok"; } }').replace("worker_processes 1", "worker_processes 2")} until_listens 8080; PORT=8080
      kill -STOP $(pgrep -P $(cat n.pid) | head -1); ${clients(8080, 300, 0.03, 30)}`,
    verdict: "owner-not-running",
  },
  {
    situation: "asyncio, whose handlers block the event loop for 0.6 s each",
    software: "Python",
    needs: ["python3"],
    script: `cat > a.py <<'EOF'
import asyncio, time
async def handle(reader, writer):
    await reader.read(100); time.sleep(0.6); writer.close()
async def main():
    await (await asyncio.start_server(handle, "127.0.0.1", 8080)).serve_forever()
asyncio.run(main())
EOF
      python3 a.py & until_listens 8080; PORT=8080; ${clients(8080, 300, 0.3, 10)}`,
    forMs: 4000,
    verdict: "taken-late",
  },
];
