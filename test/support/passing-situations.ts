/**
 * Situations in which the server accepts: too slowly, too few at once, or as it should while its clients fail elsewhere. They
 * were written down with their verdicts before they were run for the first time, together with those of
 * `waiting-situations.ts` (docs/why.md says how many were right then).
 *
 * @module
 */
import {
  apachePrefork,
  crowds,
  healthy,
  nginx,
  OTHER_HOST,
  POSTGRES,
  paced,
  type Situation,
  silent,
} from "./situation.ts";

const THERE = "ip netns exec c";

/** In the order of the table. */
export const PASSING_SITUATIONS: readonly Situation[] = [
  {
    situation: "HostnameLookups, and a resolver that does not answer",
    software: "Apache httpd",
    needs: ["apache2", "nft", "python3"],
    script: `printf 'nameserver 127.0.0.1\\noptions timeout:1 attempts:1\\n' > resolv; mount --bind resolv /etc/resolv.conf; mount --bind empty.conf /etc/hosts
      nft 'table ip t { chain i { type filter hook input priority 0; udp dport 53 drop; }; }'
      ${apachePrefork(2, `"AcceptFilter http none" "HostnameLookups On" "CustomLog $PWD/access \\"%h %r\\""`)}; PORT=8080; ${paced(8080, 4)}; sleep 4`,
    forMs: 4000,
    verdict: "taken-late",
    orElse: "limit-too-large",
    title: /apache2/,
    never: /busy computing/,
  },
  {
    situation: "a backlog of 5 that is built in, and 30 clients at one moment",
    software: "git daemon",
    needs: ["git", "python3"],
    script: `git init -q --bare repo; git daemon --listen=127.0.0.1 --port=9418 --base-path=$PWD --export-all > g.log 2>&1 & until_listens 9418; PORT=9418; ${crowds(9418, 30)}`,
    forMs: 3000,
    verdict: "limit-too-small",
    title: /limit is 5\b/,
    remedy: /^listenq raise 9418/,
  },
  {
    situation: "it may start no more processes, and sleeps for a second after each that it could not start",
    software: "inetd",
    needs: ["inetd", "prlimit", "setpriv", "python3"],
    script: `chmod 755 .; printf '127.0.0.1:8080 stream tcp nowait.10000 nobody /bin/cat cat\\n' > i.conf
      prlimit --nproc=1 setpriv --reuid=54321 --regid=54321 --clear-groups inetd -i $PWD/i.conf & until_listens 8080; PORT=8080; ${silent(8080, 1000, 0.2, 20)}`,
    forMs: 3000,
    verdict: "taken-late",
    orElse: ["accept-queue-full", "accept-queue-overflow", "limit-too-large"],
    title: /inetd/,
  },
  {
    situation: "clients of an address to which no route leads back",
    software: "lighttpd",
    needs: ["lighttpd", "python3"],
    script: `${OTHER_HOST}; ip -n c addr add 10.77.0.1/32 dev lo; sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.v0.rp_filter=0
      printf 'server.document-root = "%s"\\nserver.port = 8080\\nserver.bind = "0.0.0.0"\\n' $PWD > l.conf
      lighttpd -D -f l.conf > l.log 2>&1 & until_listens 8080; PORT=8080; ${paced(8080, 10, "10.9.0.1 10.77.0.1", THERE)}; sleep 1`,
    verdict: "drops-not-overflow",
    title: /no route leads back/,
  },
  {
    situation: "it listens on localhost only, and clients come by another address",
    software: "PostgreSQL",
    needs: ["pg_lsclusters", "python3"],
    script: `${OTHER_HOST}; ${POSTGRES.replace("listen_addresses=127.0.0.1", "listen_addresses=localhost")}; PORT=5432; ${paced(5432, 10, "10.9.0.1", THERE)}`,
    verdict: "not-the-queue",
    title: /listens on 127\.0\.0\.1 only/,
  },
  {
    situation: "its link is full, so that a handshake takes seconds",
    software: "nginx",
    needs: ["nginx", "curl", "tc", "python3"],
    script: `${OTHER_HOST}; tc qdisc add dev v0 root tbf rate 400kbit burst 6k limit 150000 || exit 92; head -c 20000000 /dev/zero > big
      ${nginx("server { listen 8080; location / { root $PWD; } location = / { return 200 ok; } }")} until_listens 8080; PORT=8080
      for i in 1 2 3 4; do ${THERE} curl -s -o /dev/null http://10.9.0.1:8080/big & done; sleep 4; ${paced(8080, 3, "10.9.0.1", THERE)}; sleep 3`,
    forMs: 3000,
    verdict: "not-the-queue",
    never: /flood/,
  },
  {
    situation: "healthy: shards 4, and bursts of 40",
    software: "HAProxy",
    needs: ["haproxy", "python3"],
    script: `printf '%s\\n' global ' nbthread 4' defaults ' mode http' ' timeout client 100s' ' timeout server 100s' ' timeout connect 20s' 'frontend f' ' bind 127.0.0.1:8080 shards 4' ' http-request return status 200 content-type text/plain string ok' > h.cfg
      haproxy -db -f h.cfg > h.log 2>&1 & until_listens 8080; PORT=8080; ${healthy("bursts", 8080)}`,
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: checks that connect and reset, beside requests",
    software: "WEBrick",
    needs: ["ruby", "python3"],
    script: `ruby -run -e httpd . -p 8080 -b 127.0.0.1 > r.log 2>&1 & until_listens 8080; PORT=8080
      python3 $FIXTURES/healthy_clients.py resets 8080 > /dev/null & ${paced(8080, 10)}`,
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: --max-requests 50, so that workers are replaced all the time",
    software: "gunicorn",
    needs: ["gunicorn", "python3"],
    script: `printf 'def application(env, start):\\n    start("200 OK", []); return [b"ok"]\\n' > app.py
      gunicorn -w 3 --max-requests 50 -b 127.0.0.1:8080 app:application > g.log 2>&1 & until_listens 8080; PORT=8080; ${paced(8080, 20)}
      until grep -q Autorestarting g.log; do sleep .1; done`,
    forMs: 4000,
    verdict: "not-the-queue",
  },
  {
    situation: "healthy: nowait, a process for each of 10 clients a second",
    software: "inetd",
    needs: ["inetd", "python3"],
    script: `printf '127.0.0.1:8080 stream tcp nowait.10000 root /bin/cat cat\\n' > i.conf
      inetd -i $PWD/i.conf & until_listens 8080; PORT=8080; ${paced(8080, 10)}`,
    verdict: "not-the-queue",
  },
];
