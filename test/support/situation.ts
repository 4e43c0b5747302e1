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
  /** Options of `listenq why` besides the time. */
  readonly options?: string;
  readonly verdict: LiveFindingCode;
  /** Verdicts that are as right, where chance decides: whether the last look meets a full queue, or how busy the machine is. */
  readonly orElse?: LiveFindingCode | readonly LiveFindingCode[];
  /** What the verdict must say. */
  readonly title?: RegExp;
  /** What the answer must say somewhere. */
  readonly says?: RegExp;
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
/** So many clients that connect, say nothing and stay. */
export const silent = (port: number, count: number, everyS: number, there = count): string =>
  `coproc C { python3 $FIXTURES/clients.py ${port} ${count} ${everyS} ${there} silent; }; read -r _ <&"\${C[0]}" || exit 92`;
/** Clients of a server that keeps up, of a kind of test/fixtures/situations/healthy_clients.py. */
export const healthy = (kind: string, port: number): string =>
  `coproc C { python3 $FIXTURES/healthy_clients.py ${kind} ${port}; }; read -r _ <&"\${C[0]}" || exit 92`;
/** Clients that ask, read the answer and go, so many a second; `hosts` is where to and from where, `before` stands before the program. */
export const paced = (port: number, perS: number, hosts = "", before = ""): string =>
  `coproc C { ${before} python3 $FIXTURES/paced_clients.py ${port} ${perS} ${hosts}; }; read -r _ <&"\${C[0]}" || exit 92`;
/** Clients that come so many at one moment, again and again. */
export const crowds = (port: number, count: number, before = ""): string =>
  `coproc C { ${before} python3 $FIXTURES/crowds.py ${port} ${count}; }; read -r _ <&"\${C[0]}" || exit 92`;
/** Another host, which is the namespace `c`: it has 10.9.0.2, this one 10.9.0.1. */
export const OTHER_HOST = `mkdir -p /run/netns; ip netns add c; ip link add v0 type veth peer name v1 netns c; ip addr add 10.9.0.1/24 dev v0; ip link set v0 up
ip -n c addr add 10.9.0.2/24 dev v1; ip -n c link set v1 up; ip -n c link set lo up`;
/** Moves process $S into a control group $G of its own, in the first of these folders of /sys/fs/cgroup that there is, until the script ends. */
export const ownCgroup = (folders: string): string => `
for d in ${folders}; do G=/sys/fs/cgroup/$d; [ -d $G ] && break; done; G=$G/$(basename $PWD); mkdir $G && echo $S > $G/cgroup.procs || exit 92
leave_cgroup() { kill -9 $S; wait $S; until rmdir $G; do sleep .05; done; } 2> /dev/null; trap leave_cgroup EXIT
`;
/** Apache's prefork with so many workers, of process $A, on 8080; `lines` are more of its configuration, each in quotes. */
export const apachePrefork = (
  workers: number,
  lines: string,
): string => `chmod 755 .; M=/usr/lib/apache2/modules
printf '%s\\n' "LoadModule mpm_prefork_module $M/mod_mpm_prefork.so" "LoadModule authz_core_module $M/mod_authz_core.so" "User www-data" "Group www-data" "ServerName x" "Listen 127.0.0.1:8080" "StartServers ${workers}" "MinSpareServers 1" "MaxSpareServers ${workers}" "MaxRequestWorkers ${workers}" "PidFile $PWD/pid" "ErrorLog $PWD/log" "DocumentRoot $PWD" "Mutex file:$PWD" "DefaultRuntimeDir $PWD" ${lines} > a.conf
apache2 -f $PWD/a.conf -DFOREGROUND & A=$!; until_listens 8080; sleep 1`;
/** HAProxy on 8080 before a server, in words of its own configuration. */
export const haproxy = (bind: string, server: string, frontend = ""): string => `
printf '%s\\n' defaults ' mode tcp' ' timeout client 100s' ' timeout server 100s' ' timeout connect 20s' 'frontend f' ' bind ${bind}' '${frontend}' ' default_backend b' 'backend b' ' server s ${server}' > h.cfg
haproxy -db -f h.cfg > /dev/null 2>&1 & until_listens 8080
`;
/** PostgreSQL on 5432 of 127.0.0.1 and on a unix socket in the current folder. */
export const POSTGRES = `chmod 777 .; B=$(echo /usr/lib/postgresql/*/bin)
su postgres -s /bin/bash -c "$B/initdb -D $PWD/db -A trust > /dev/null && exec $B/postgres -D $PWD/db -c unix_socket_directories=$PWD -c listen_addresses=127.0.0.1" > pg.log 2>&1 &
until_listens 5432; sleep 1`;
export const nginx = (http: string): string => `
cat > n.conf <<EOF
daemon on; pid $PWD/n.pid; error_log $PWD/e.log; worker_processes 1; user root;
events { worker_connections 500; }
http { access_log off; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s; ${http} }
EOF
nginx -c $PWD/n.conf
`;
