/**
 * Situations of daemons that `listenq why` was not made for, written down with their verdicts before they were run for the
 * first time, as those of `server-situations.ts` (docs/why.md says how many were right then).
 *
 * @module
 */
import {
  clients,
  crowds,
  haproxy,
  healthy,
  nginx,
  OTHER_HOST,
  POSTGRES,
  type Situation,
  silent,
} from "./situation.ts";

const TOMCAT = "/usr/share/java/tomcat10-embed-core.jar";

/** In the order of the table. */
export const DAEMON_SITUATIONS: readonly Situation[] = [
  {
    situation: "the child that accepts is stopped by a signal, its parent holds the same socket",
    software: "Varnish",
    needs: ["varnishd", "curl", "python3"],
    script: `chmod 755 .; printf 'vcl 4.1;\\nbackend default none;\\n' > v.vcl
      varnishd -F -j none -n $PWD/v -a 127.0.0.1:8080 -f $PWD/v.vcl > v.log 2>&1 & V=$!
      until curl -s -o /dev/null 127.0.0.1:8080; do sleep .05; done; PORT=8080
      kill -STOP $(pgrep -P $V); echo "worker $(pgrep -P $V)" >&2; ${clients(8080, 30, 0.01)}`,
    verdict: "owner-not-running",
    remedy: /^kill -CONT WORKER\b/,
  },
  {
    situation: "all processes that log people in are held: for a new client it throws the oldest one out",
    software: "Dovecot",
    needs: ["dovecot", "python3"],
    script: `chmod 755 .; cat > d.conf <<EOF
base_dir = $PWD/run
state_dir = $PWD/state
log_path = $PWD/d.log
protocols = imap
listen = 127.0.0.1
ssl = no
service imap-login {
  inet_listener imap {
    port = 1143
  }
  inet_listener imaps {
    port = 0
  }
  service_count = 1
  client_limit = 1
  process_limit = 2
}
passdb {
  driver = static
  args = nopassword=y
}
EOF
      dovecot -F -c $PWD/d.conf > /dev/null 2>&1 & until_listens 1143; PORT=1143; ${silent(1143, 40, 0.02)}; sleep 1`,
    verdict: "accept-queue-full",
    orElse: ["accept-queue-overflow", "accept-queue-was-full"],
    remedy: /^Dovecot: raise process_limit/,
  },
  {
    situation: "at MaxStartups it accepts and closes",
    software: "OpenSSH",
    needs: ["sshd", "ssh-keygen", "python3"],
    script: `mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key
      printf 'Port 2222\\nListenAddress 127.0.0.1\\nHostKey %s/key\\nPidFile none\\nUsePAM no\\nMaxStartups 3:100:3\\n' $PWD > s.conf
      $(command -v sshd) -D -f $PWD/s.conf 2> s.log & until_listens 2222; PORT=2222; ${silent(2222, 1000, 0.02, 40)}`,
    verdict: "not-the-queue",
    // A machine that is busy lets it fork late: that is told, as information.
    orElse: "taken-late",
  },
  {
    situation: "its own backlog of 100, and 300 clients that come back at one moment",
    software: "Mosquitto",
    needs: ["mosquitto", "python3"],
    script: `printf 'listener 1883 127.0.0.1\\nallow_anonymous true\\nuser root\\n' > m.conf
      mosquitto -c m.conf > m.log 2>&1 & until_listens 1883; PORT=1883; ${crowds(1883, 300)}`,
    forMs: 3000,
    verdict: "limit-too-small",
  },
  {
    situation: "healthy: bursts of 40",
    software: "Caddy",
    needs: ["caddy", "python3"],
    script: `export HOME=$PWD; caddy file-server --listen 127.0.0.1:8080 --root $PWD > c.log 2>&1 & until_listens 8080; PORT=8080; ${healthy("bursts", 8080)}`,
    verdict: "not-the-queue",
  },
  {
    situation: "Go without file descriptors left: accept4() is tried again and again",
    software: "Caddy",
    needs: ["caddy", "prlimit", "python3"],
    script: `export HOME=$PWD; prlimit --nofile=24:24 caddy file-server --listen 127.0.0.1:8080 --root $PWD > c.log 2>&1 & until_listens 8080; PORT=8080; ${silent(8080, 60, 0.01)}; sleep 1`,
    verdict: "owner-at-fd-limit",
    title: /caddy/,
  },
  {
    situation: "wait: the listener is handed to a program that takes nobody",
    software: "inetd",
    needs: ["inetd", "python3"],
    script: `printf '127.0.0.1:8080 stream tcp wait root /bin/sleep sleep 1000\\n' > i.conf
      inetd -i $PWD/i.conf & until_listens 8080; PORT=8080; ${silent(8080, 30, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
    orElse: "listener-without-acceptor",
    title: /sleep/,
  },
  {
    situation: "at MaxClients its loop sleeps and looks again",
    software: "Tinyproxy",
    needs: ["tinyproxy", "python3"],
    script: `printf 'Port 8080\\nListen 127.0.0.1\\nMaxClients 2\\nTimeout 600\\n' > t.conf
      tinyproxy -d -c t.conf > t.log 2>&1 & until_listens 8080; PORT=8080; ${silent(8080, 30, 0.02)}; sleep 1`,
    verdict: "nobody-accepts",
    // On a busy machine the loop that looks again and again wants more of a CPU than it gets.
    orElse: "owner-spinning",
    title: /tinyproxy/,
  },
  {
    situation:
      "a program that it started for a client has inherited the listener, the server itself is killed",
    software: "Ncat",
    needs: ["ncat", "python3"],
    script: `ncat -k -l 127.0.0.1 8080 -c 'exec sleep 1000' & until_listens 8080; PORT=8080
      ${silent(8080, 1, 0)}; until pgrep -x sleep > /dev/null; do sleep .05; done; kill -9 $(pgrep -x ncat)
      coproc D { python3 $FIXTURES/clients.py 8080 30 0.01 8 silent; }; read -r _ <&"\${D[0]}"; sleep 1`,
    verdict: "listener-without-acceptor",
    title: /sleep/,
  },
  {
    situation: "twice as many requests as two workers can do, in a queue with room",
    software: "Unicorn",
    needs: ["unicorn", "python3"],
    script: `printf 'run ->(env) { sleep 0.3; [200, {}, ["ok"]] }\\n' > config.ru
      printf 'worker_processes 2\\nlisten "127.0.0.1:8080", backlog: 1024\\n' > u.rb
      unicorn -c u.rb config.ru > u.log 2>&1 & until_listens 8080; PORT=8080; ${clients(8080, 1000, 0.06, 50)}`,
    forMs: 3000,
    verdict: "taken-late",
    orElse: "limit-too-large",
  },
  {
    situation: "at maxConnections its acceptor waits for one to end",
    software: "Tomcat",
    needs: ["javac", TOMCAT, "python3"],
    script: `cat > T.java <<'EOF'
public class T {
  public static void main(String[] a) throws Exception {
    var tomcat = new org.apache.catalina.startup.Tomcat();
    tomcat.setBaseDir(a[0]);
    tomcat.setPort(8080);
    var connector = tomcat.getConnector();
    for (var one : new String[] {"address=127.0.0.1", "maxConnections=8", "acceptCount=10"}) connector.setProperty(one.split("=")[0], one.split("=")[1]);
    tomcat.addContext("", a[0]);
    tomcat.start();
    tomcat.getServer().await();
  }
}
EOF
      export CLASSPATH=.:${TOMCAT}:$(echo /usr/share/java/tomcat10-*.jar | tr ' ' :); javac T.java
      java T $PWD > t.log 2>&1 & until_listens 8080; PORT=8080; ${silent(8080, 60, 0.01)}; sleep 1`,
    verdict: "nobody-accepts",
    title: /java/,
  },
  {
    situation: "--reuse-port, one of two instances hangs in a request",
    software: "gunicorn",
    needs: ["gunicorn", "python3"],
    script: `printf 'import os, time\\ndef application(env, start):\\n    time.sleep(float(os.environ["TAKES"])); start("200 OK", []); return [b"ok"]\\n' > app.py
      for t in 0 600; do TAKES=$t gunicorn -w 1 -t 900 --reuse-port -b 127.0.0.1:8080 app:application > g$t.log 2>&1 & done
      until [ $(ss -Hltn "sport = :8080" | wc -l) = 2 ]; do sleep .05; done; PORT=8080; ${clients(8080, 300, 0.03, 60)}`,
    verdict: "reuseport-member-stuck",
  },
  {
    situation: "tcp_defer_accept by its own default, which lets silent clients in after a second",
    software: "pgbouncer",
    needs: ["pgbouncer", "python3"],
    script: `chmod 777 .; printf '[databases]\\n* = host=127.0.0.1\\n[pgbouncer]\\nlisten_addr=127.0.0.1\\nlisten_port=6432\\nauth_type=any\\nunix_socket_dir=\\n' > b.ini
      su postgres -s /bin/bash -c "exec pgbouncer $PWD/b.ini" > b.log 2>&1 & until_listens 6432; PORT=6432; ${silent(6432, 90, 0.001)}`,
    forMs: 3000,
    verdict: "not-the-queue",
  },
  {
    situation: "asked about its unix socket while it is stopped by a signal",
    software: "PostgreSQL",
    needs: ["pg_lsclusters", "python3"],
    script: `${POSTGRES}; kill -STOP $(head -1 db/postmaster.pid); PORT=$PWD/.s.PGSQL.5432
      coproc C { python3 $FIXTURES/clients.py $PORT 5 0.01 5; }; read -r _ <&"\${C[0]}"`,
    verdict: "owner-not-running",
    title: /postgres/,
  },
  {
    situation: "in class SCHED_IDLE on a busy CPU, where it takes everybody late and hardly noticed",
    software: "memcached",
    needs: ["memcached", "taskset", "chrt", "python3"],
    script: `for i in 1 2 3; do taskset -c 0 sh -c 'while :; do :; done' & done
      taskset -c 0 chrt --idle 0 memcached -u root -l 127.0.0.1 -p 11211 -t 1 & until_listens 11211; PORT=11211; ${healthy("crowd", 11211)}`,
    forMs: 4000,
    verdict: "not-the-queue",
    orElse: ["taken-late", "owner-spinning"],
  },
  {
    situation: "a proxy before an application whose unix queue is full",
    software: "HAProxy, gunicorn",
    needs: ["haproxy", "gunicorn", "python3"],
    script: `cp $FIXTURES/slow_app.py .; gunicorn -w 1 -t 300 --backlog 4 -b unix:$PWD/app.sock slow_app:application > g.log 2>&1 & until [ -S app.sock ]; do sleep .05; done
      ${haproxy("127.0.0.1:8080", "unix@'$PWD'/app.sock")} PORT=8080; ${clients(8080, 300, 0.05, 40)}`,
    verdict: "queue-behind-full",
    title: /app\.sock/,
  },
  {
    situation: "a flood from an address that does not answer, SYN cookies off",
    software: "HAProxy",
    needs: ["haproxy", "hping3", "nft", "python3"],
    script: `${OTHER_HOST}; sysctl -qw net.ipv4.tcp_syncookies=0
      ip netns exec c nft 'table ip t { chain i { type filter hook input priority 0; tcp sport 8080 drop; }; }'
      ${haproxy("0.0.0.0:8080 backlog 64", "127.0.0.1:8081")} PORT=8080
      ip netns exec c timeout 20 hping3 -q -S -p 8080 -i u2000 10.9.0.1 > /dev/null 2>&1 & sleep 2`,
    verdict: "syn-flood",
    remedy: /^(?!listenq raise)/,
  },
  {
    situation: "healthy: reloaded twice a second under short connections",
    software: "nginx",
    needs: ["nginx", "python3"],
    script: `${nginx('server { listen 8080; location / { return 200 "ok"; } }')} until_listens 8080; PORT=8080
      while :; do nginx -c $PWD/n.conf -s reload; sleep .5; done & ${healthy("short", 8080)}`,
    forMs: 3000,
    verdict: "not-the-queue",
  },
  {
    situation: "in a network namespace whose somaxconn is 16, with bursts, asked from outside",
    software: "Redis",
    needs: ["redis-server", "python3"],
    script: `mkdir -p /run/netns; ip netns add pod; ip -n pod link set lo up; ip netns exec pod sysctl -qw net.core.somaxconn=16
      ip netns exec pod redis-server --port 6379 --bind 127.0.0.1 --save '' --dir $PWD > /dev/null &
      until ip netns exec pod ss -Hltn "sport = :6379" | grep -q .; do sleep .05; done; PORT=6379; ${crowds(6379, 200, "ip netns exec pod")}`,
    options: "--netns all",
    forMs: 3000,
    verdict: "limit-too-small",
    remedy: /netns exec pod|nsenter/,
  },
  {
    situation: "healthy: 30 short connections a second, a process for each",
    software: "PostgreSQL",
    needs: ["pg_lsclusters", "python3"],
    script: `${POSTGRES}; PORT=5432; ${healthy("sql", 5432)}`,
    verdict: "not-the-queue",
  },
];
