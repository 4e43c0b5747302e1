/**
 * Situations of real servers and clients, with the verdict that `listenq why` owes them. test/kernel/why-situations.test.ts sets
 * each up in a world of its own; the table in docs/why.md is written from this list.
 *
 * @module
 */
import { DAEMON_SITUATIONS } from "./daemon-situations.ts";
import { HOLDER_SITUATIONS } from "./holder-situations.ts";
import { PASSING_SITUATIONS } from "./passing-situations.ts";
import { SERVER_SITUATIONS } from "./server-situations.ts";
import { clients, nginx, OTHER_HOST, python, type Situation } from "./situation.ts";
import { WAITING_SITUATIONS } from "./waiting-situations.ts";

/** In the order of the table. */
export const SITUATIONS: readonly Situation[] = [
  {
    situation: "all worker threads wait for clients that say nothing",
    ...python("pool_used_up"),
    verdict: "nobody-accepts",
  },
  {
    situation: "all workers of a server that forks are busy: the worker is named, not the parent",
    software: "gunicorn",
    needs: ["gunicorn", "python3"],
    script: `cp $FIXTURES/slow_app.py .; gunicorn -w 1 -t 300 -b 127.0.0.1:8080 slow_app:application > g.log 2>&1 & G=$!
      PORT=8080; until_listens 8080; until pgrep -P $G > /dev/null; do sleep .05; done
      ${clients(8080, 20, 0.01)}; sleep 1; echo "worker $(pgrep -P $G | head -1)" >&2`,
    verdict: "nobody-accepts",
    remedy: /^head \/proc\/WORKER\/task/,
  },
  {
    situation: "at its connection limit the server leaves the listener alone",
    ...python("connection_limit"),
    verdict: "nobody-accepts",
  },
  {
    situation: "the same at maxconn",
    software: "HAProxy",
    needs: ["haproxy", "python3"],
    script: `python3 $FIXTURES/keep_all.py 8081 64 & until_listens 8081
      printf 'defaults\\n mode tcp\\n timeout client 100s\\n timeout server 100s\\n timeout connect 5s\\nfrontend f\\n bind 127.0.0.1:8080\\n maxconn 4\\n default_backend b\\nbackend b\\n server s 127.0.0.1:8081\\n' > h.cfg
      haproxy -db -f h.cfg > /dev/null 2>&1 & until_listens 8080; PORT=8080; ${clients(8080, 12, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
  },
  {
    situation: "no file descriptors left",
    ...python("no_descriptors"),
    verdict: "owner-at-fd-limit",
    remedy: /^prlimit --pid \d+ --nofile=4096: {2}#/,
  },
  {
    situation: "stopped by a signal",
    software: "Redis",
    needs: ["redis-server", "python3"],
    script: `redis-server --port 6379 --bind 127.0.0.1 --save '' --dir $PWD > /dev/null & R=$!
      PORT=6379; until_listens 6379; kill -STOP $R; ${clients(6379, 5, 0.01)}`,
    verdict: "owner-not-running",
  },
  {
    situation: "the server has ended, its child holds the listener",
    ...python("inherited"),
    verdict: "listener-without-acceptor",
  },
  {
    situation: "one of two members of a SO_REUSEPORT group has stopped to accept",
    ...python("draining"),
    verdict: "reuseport-member-stuck",
  },
  {
    situation: "one of two members is busy after each accept()",
    ...python("busy_member"),
    verdict: "taken-late",
    title: /one of 2 reuseport members/,
  },
  {
    situation: "the event loop stands still for 2 of every 3 s",
    software: "Node.js",
    needs: ["python3"],
    script: `node -e 'require("http").createServer((q,r)=>r.end("ok")).listen(8080,"127.0.0.1");
        setInterval(()=>{const t=Date.now(); while(Date.now()-t<2000);},3000)' & until_listens 8080
      PORT=8080; ${clients(8080, 1000, 0.03, 30)}`,
    forMs: 4000,
    verdict: "taken-late",
  },
  {
    situation: "more clients than it accepts, on two ports at once",
    ...python("overloaded"),
    verdict: "accept-queue-full",
    orElse: "accept-queue-overflow",
  },
  {
    situation: "a burst at a server whose limit follows its max_connections",
    software: "PostgreSQL",
    needs: ["pg_lsclusters", "python3"],
    script: `chmod 777 .; B=$(echo /usr/lib/postgresql/*/bin)
      su postgres -s /bin/bash -c "$B/initdb -D $PWD/db -A trust > /dev/null && exec $B/postgres -D $PWD/db -c max_connections=10 -c unix_socket_directories=$PWD -c listen_addresses=127.0.0.1" > pg.log 2>&1 &
      until_listens 5432; sleep 1; PORT=5432; P=$(head -1 db/postmaster.pid)
      (sleep 1; kill -STOP $P; coproc C { python3 $FIXTURES/clients.py 5432 150 0 150; }; read -r _ <&"\${C[0]}"; sleep .3; kill -CONT $P; sleep 100) &`,
    forMs: 6000,
    verdict: "limit-too-small",
    never: /max_connections =/,
  },
  {
    situation: "bursts at listen(5), the server keeps up",
    ...python("listen_5_bursts"),
    verdict: "limit-too-small",
  },
  {
    situation: "listen(0), SYN cookies off",
    ...python("listen_0"),
    verdict: "limit-too-small",
    never: /0 of 1/,
    remedy: /^listenq raise 2542 --to 1024/,
  },
  {
    situation: "listen(0) and 40 clients at once",
    ...python("listen_0_accepting"),
    verdict: "limit-too-small",
  },
  {
    situation: "both queues are full",
    ...python("both_queues_full"),
    verdict: "nobody-accepts",
    never: /answered by cookies/,
  },
  {
    situation: "one of four addresses of a port is full",
    ...python("several_addresses"),
    verdict: "nobody-accepts",
  },
  { situation: "a full listener of MPTCP", ...python("mptcp"), verdict: "nobody-accepts" },
  {
    situation: "a SYN flood",
    software: "Python",
    needs: ["hping3", "python3"],
    script: `${OTHER_HOST}; ip route add default via 10.9.0.2
      sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.v0.rp_filter=0
      python3 $FIXTURES/keep_all.py 8080 128 0.0.0.0 & until_listens 8080; PORT=8080
      ip netns exec c timeout 20 hping3 -q -S -p 8080 -i u1000 --rand-source 10.9.0.1 > /dev/null 2>&1 & sleep 2`,
    verdict: "syn-flood",
    never: /listen\(1024\)|listenq raise/,
  },
  {
    situation: "TCP_DEFER_ACCEPT, and health checks that only connect",
    ...python("silent_deferred"),
    verdict: "defer-accept-waits",
  },
  {
    situation: "the same with more of them than fit",
    ...python("silent_deferred_many"),
    verdict: "defer-accept-waits",
    never: /listen\(1024\)|listenq raise/,
  },
  {
    situation: "the same by the software's own default",
    software: "Apache httpd",
    needs: ["apache2", "python3"],
    script: `chmod 755 .; M=/usr/lib/apache2/modules
      printf '%s\\n' "LoadModule mpm_event_module $M/mod_mpm_event.so" "LoadModule authz_core_module $M/mod_authz_core.so" "User www-data" "Group www-data" "ServerName x" "Listen 127.0.0.1:8080" "ListenBacklog 128" "PidFile $PWD/pid" "ErrorLog $PWD/log" "DocumentRoot $PWD" "Mutex file:$PWD" "DefaultRuntimeDir $PWD" > a.conf
      apache2 -f $PWD/a.conf -DFOREGROUND & until_listens 8080
      PORT=8080; coproc C { python3 $FIXTURES/clients.py 8080 90 0.001 90 silent; }; read -r _ <&"\${C[0]}"`,
    forMs: 3000,
    verdict: "defer-accept-waits",
    remedy: /AcceptFilter http none/,
  },
  {
    situation: "the option defer-accept, which lets silent clients in after a second",
    software: "HAProxy",
    needs: ["haproxy", "python3"],
    script: `printf 'defaults\\n mode tcp\\n timeout client 100s\\n timeout server 100s\\n timeout connect 5s\\nfrontend f\\n bind 127.0.0.1:8080 backlog 128 defer-accept\\n default_backend b\\nbackend b\\n server s 127.0.0.1:8081\\n' > h.cfg
      haproxy -db -f h.cfg > /dev/null 2>&1 & until_listens 8080
      PORT=8080; coproc C { python3 $FIXTURES/clients.py 8080 90 0.001 90 silent; }; read -r _ <&"\${C[0]}"`,
    forMs: 3000,
    verdict: "not-the-queue",
  },
  {
    situation: "a server that crashes and is started again",
    ...python("crash_loop"),
    forMs: 3000,
    verdict: "listener-comes-and-goes",
  },
  {
    situation: "a member of a group leaves with clients waiting",
    ...python("member_leaves"),
    verdict: "listener-comes-and-goes",
  },
  {
    situation: "a router, and the full queue behind it",
    ...python("router"),
    verdict: "queue-behind-full",
    title: /127\.0\.0\.1:39995/,
  },
  {
    situation: "a web server before an application whose queue is full",
    software: "nginx, gunicorn",
    needs: ["nginx", "gunicorn", "python3"],
    script: `cp $FIXTURES/slow_app.py .; gunicorn -w 1 -t 300 --backlog 8 -b 127.0.0.1:9000 slow_app:application > g.log 2>&1 & until_listens 9000
      ${nginx("server { listen 8080; location / { proxy_pass http://127.0.0.1:9000; proxy_connect_timeout 3s; } }")}
      until_listens 8080; PORT=8080; ${clients(8080, 300, 0.05, 40)}`,
    verdict: "queue-behind-full",
    title: /127\.0\.0\.1:9000 \(gunicorn\)/,
    remedy: /^listenq why 9000/,
  },
  {
    situation: "a web server before PHP whose unix queue is full",
    software: "nginx, PHP-FPM",
    needs: ["nginx", "php-fpm8.2", "python3"],
    script: `chmod 755 .; printf '<?php sleep(600);' > slow.php
      printf '[global]\\nerror_log=/dev/null\\n[www]\\nuser=root\\ngroup=root\\nlisten=%s/php.sock\\nlisten.backlog=4\\nlisten.mode=0666\\npm=static\\npm.max_children=1\\n' $PWD > fpm.conf
      php-fpm8.2 -R -F -y fpm.conf & until [ -S php.sock ]; do sleep .05; done
      ${nginx("server { listen 8080; location / { fastcgi_pass unix:$PWD/php.sock; fastcgi_param SCRIPT_FILENAME $PWD/slow.php; fastcgi_param REQUEST_METHOD GET; } }")}
      until_listens 8080; PORT=8080; ${clients(8080, 300, 0.05, 30)}`,
    verdict: "queue-behind-full",
    title: /php\.sock \(php-fpm8\.2\)/,
    remedy: /^listenq why .*php\.sock/,
  },
  {
    situation: "one worker, busy for minutes",
    software: "uWSGI",
    needs: ["uwsgi-core", "python3"],
    script: `cp $FIXTURES/slow_app.py .; uwsgi-core --plugin python3 --http-socket 127.0.0.1:9001 --listen 4 --wsgi-file slow_app.py > u.log 2>&1 & until_listens 9001
      PORT=9001; ${clients(9001, 200, 0.02, 20)}`,
    verdict: "nobody-accepts",
  },
  {
    situation: "a full unix listener, nobody accepts",
    ...python("unix_full"),
    verdict: "nobody-accepts",
    title: /python3/,
  },
  {
    situation: "a proxy accepts and resets",
    ...python("proxy_resets"),
    verdict: "not-the-queue",
  },
  {
    situation: "the client has no ports left",
    ...python("no_ports_left"),
    verdict: "not-the-queue",
  },
  {
    situation: "TCP Fast Open is full, the queues are not",
    ...python("fast_open_full"),
    verdict: "not-the-queue",
  },
  ...HOLDER_SITUATIONS,
  ...SERVER_SITUATIONS,
  ...DAEMON_SITUATIONS,
  ...WAITING_SITUATIONS,
  ...PASSING_SITUATIONS,
  {
    situation: "one of two workers of one listener is stopped, the other serves",
    ...python("one_of_two_workers_stopped"),
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: 400 old connections beside clients that wait for 0.3 s",
    ...python("many_old_connections"),
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: everybody is taken together every 0.3 s",
    ...python("taken_between_looks"),
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: 250 short connections a second",
    ...python("short_connections"),
    verdict: "not-the-queue",
  },
  {
    situation: "healthy, seen from another PID namespace of the pod",
    ...python("busy_and_right"),
    before: "unshare -p -f --mount-proc",
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: a limit of 128 that was asked for",
    software: "nginx",
    needs: ["nginx"],
    script: `${nginx('server { listen 8081 backlog=128; location / { return 200 "ok"; } }')} until_listens 8081; PORT=8081`,
    verdict: "not-the-queue",
    never: /older net.core.somaxconn, which/,
  },
];

/** The table of docs/why.md. */
export function situationTable(): string {
  const rows = SITUATIONS.map(
    ({ situation, software, verdict }) =>
      `| ${situation} | ${software} | [${verdict}](findings/${verdict}.md) |`,
  );
  return ["| situation | software | verdict |", "| --- | --- | --- |", ...rows].join("\n");
}
