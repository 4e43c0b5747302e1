/**
 * Server programs with a setting for the backlog of their own.
 *
 * @module
 */
import type { Software } from "./software.ts";

/** In no order that matters: their process names do not overlap. */
export const SERVERS: readonly Software[] = [
  {
    name: "nginx",
    processes: /^nginx$/,
    defaultBacklog: 511,
    evidence: "nginx's documentation of listen: backlog is 511 on Linux unless set",
    backlogLine: (backlog) => `nginx: listen … backlog=${backlog}; in the server block`,
    apply:
      "nginx -s reload is enough where the listen line was there before with another number: it calls listen() again",
    acceptFaster: "nginx: worker_processes auto; and multi_accept on; in events",
    deferAcceptLine: "nginx: listen … without deferred",
  },
  {
    name: "Apache httpd",
    processes: /^(apache2|httpd)$/,
    defaultBacklog: 511,
    evidence: "Apache's ListenBacklog is 511 unless set",
    backlogLine: (backlog) => `Apache: ListenBacklog ${backlog}`,
    apply: "systemctl restart apache2 (a reload keeps the sockets)",
    acceptFaster: "Apache: raise MaxRequestWorkers: when all are busy nobody accepts",
    deferAcceptLine: "Apache: AcceptFilter http none (and AcceptFilter https none), then a restart",
  },
  {
    name: "HAProxy",
    processes: /^haproxy$/,
    defaultBacklog: null,
    evidence: "HAProxy takes the frontend's maxconn where no backlog is set",
    backlogLine: (backlog) => `HAProxy: backlog ${backlog} in the frontend`,
    apply: "systemctl restart haproxy (a reload hands the old sockets over, with their limit)",
    acceptFaster: "HAProxy: raise maxconn of the frontend and the process: at maxconn it stops accepting",
    deferAcceptLine: "HAProxy: no defer-accept on the bind line",
  },
  {
    name: "Redis",
    processes: /^(redis|valkey|keydb)-server$/,
    defaultBacklog: 511,
    evidence: "Redis's tcp-backlog is 511 unless set",
    backlogLine: (backlog) => `Redis: tcp-backlog ${backlog} in redis.conf`,
    apply: "restart redis-server (tcp-backlog cannot be changed by CONFIG SET)",
    acceptFaster: "Redis has one thread for commands: look for slow ones with SLOWLOG GET",
  },
  {
    name: "PostgreSQL",
    processes: /^(postgres|postmaster)$/,
    defaultBacklog: null,
    evidence:
      "PostgreSQL takes twice as many as it may have backends: max_connections, autovacuum, walsenders and workers (seen with ss)",
    backlogLine: () =>
      "PostgreSQL has no setting for the backlog, and more max_connections cost memory for each: let a pooler take the bursts (pgbouncer: listen_backlog)",
    apply: null,
    acceptFaster: "PostgreSQL forks for each connection: put a pooler such as pgbouncer in front",
  },
  {
    name: "MySQL",
    processes: /^(mysqld|mariadbd)$/,
    defaultBacklog: null,
    evidence: "MySQL computes back_log from max_connections unless set",
    backlogLine: (backlog) => `MySQL: back_log = ${backlog} in [mysqld]`,
    apply: "restart the server: back_log is read at its start only",
    acceptFaster: null,
  },
  {
    name: "PHP-FPM",
    processes: /^php-fpm[\d.]*$/,
    defaultBacklog: 511,
    evidence:
      "PHP-FPM's listen.backlog is 511 on Linux unless set; Debian's passes -1, as much as somaxconn permits (seen with ss)",
    backlogLine: (backlog) => `PHP-FPM: listen.backlog = ${backlog} in the pool's file`,
    apply: "restart php-fpm (a reload keeps the socket as it is)",
    acceptFaster: "PHP-FPM: raise pm.max_children: when all are busy nobody accepts",
  },
  {
    name: "gunicorn",
    processes: /^gunicorn/,
    defaultBacklog: 2048,
    evidence: "gunicorn's backlog is 2048 unless set (not verified here)",
    backlogLine: (backlog) => `gunicorn: --backlog ${backlog}`,
    apply: "restart gunicorn: a reload keeps the socket",
    acceptFaster: "gunicorn: raise --workers or --threads",
  },
  {
    name: "uvicorn",
    processes: /^uvicorn$/,
    defaultBacklog: 2048,
    evidence: "uvicorn's --backlog is 2048 unless set (its config.py)",
    backlogLine: (backlog) => `uvicorn: --backlog ${backlog}`,
    apply: "restart uvicorn",
    acceptFaster:
      "uvicorn: more --workers, and nothing that blocks the event loop (def instead of async def for blocking code)",
  },
  {
    name: "lighttpd",
    processes: /^lighttpd$/,
    defaultBacklog: 1024,
    evidence: "lighttpd passes 1024 unless told otherwise (seen with ss)",
    backlogLine: (backlog) => `lighttpd: server.listen-backlog = ${backlog}`,
    apply: "restart lighttpd",
    acceptFaster: "lighttpd: raise server.max-connections and server.max-fds: at either it stops accepting",
  },
  {
    name: "pgbouncer",
    processes: /^pgbouncer$/,
    defaultBacklog: 128,
    evidence: "pgbouncer's listen_backlog is 128 unless set (seen with ss)",
    backlogLine: (backlog) => `pgbouncer: listen_backlog = ${backlog} in pgbouncer.ini`,
    apply: "restart pgbouncer: a reload keeps the socket",
    acceptFaster: "pgbouncer has one thread: run several processes on one port with so_reuseport = 1",
    deferAcceptLine: "pgbouncer: tcp_defer_accept = 0 in pgbouncer.ini, then a restart",
  },
  {
    name: "memcached",
    processes: /^memcached$/,
    defaultBacklog: 1024,
    evidence: "memcached's -b is 1024 unless set (seen with ss)",
    backlogLine: (backlog) => `memcached: -b ${backlog}`,
    apply: "restart memcached",
    acceptFaster: "memcached: raise -c: at its connection limit it stops accepting",
  },
  {
    name: "uWSGI",
    processes: /^uwsgi/,
    defaultBacklog: 100,
    evidence: "uWSGI's listen is 100 unless set",
    backlogLine: (backlog) => `uWSGI: listen = ${backlog}`,
    apply: "restart uWSGI; it refuses to start if this is above net.core.somaxconn",
    acceptFaster: "uWSGI: raise processes or threads",
  },
  {
    name: "OpenSSH",
    processes: /^sshd$/,
    defaultBacklog: 128,
    evidence: "OpenSSH's SSH_LISTEN_BACKLOG is 128",
    backlogLine: () =>
      "OpenSSH: the backlog is built in (128); start it from a systemd socket with Backlog= instead",
    apply: "rebuild, or change to socket activation",
    acceptFaster: "OpenSSH: MaxStartups bounds logins under way",
  },
  {
    name: "Dovecot",
    processes: /^(dovecot|(imap|pop3|submission|managesieve)-login)$/,
    defaultBacklog: null,
    evidence:
      "Dovecot computes it from process_limit and client_limit of the service: 4 for 2 and 1 (seen with ss)",
    backlogLine: () =>
      "Dovecot has no setting for the backlog: raise process_limit or client_limit of the login service, which it follows",
    apply: "restart dovecot",
    acceptFaster:
      "Dovecot: raise process_limit or client_limit of the login service: when all are held only the oldest client is thrown out for a new one",
  },
  {
    name: "Mosquitto",
    processes: /^mosquitto$/,
    defaultBacklog: 100,
    evidence: "Mosquitto passes 100 (seen with ss)",
    backlogLine: () =>
      "Mosquitto: the backlog is built in (100); let clients come back after times that differ",
    apply: null,
    acceptFaster: null,
  },
  {
    name: "Varnish",
    processes: /^(varnishd|cache-main)$/,
    defaultBacklog: 1024,
    evidence: "Varnish's listen_depth is 1024 unless set (seen with ss)",
    backlogLine: (backlog) => `Varnish: varnishd -p listen_depth=${backlog}`,
    apply: "restart varnish",
    acceptFaster: "Varnish: raise thread_pool_max or thread_pools: without a free thread nobody accepts",
  },
  {
    name: "Unicorn",
    processes: /^unicorn/,
    defaultBacklog: 1024,
    evidence: "Unicorn's backlog is 1024 unless set (seen with ss)",
    backlogLine: (backlog) => `Unicorn: listen "…", backlog: ${backlog}`,
    apply: "restart unicorn",
    acceptFaster: "Unicorn: raise worker_processes",
  },
  {
    name: "Tinyproxy",
    processes: /^tinyproxy$/,
    defaultBacklog: 1024,
    evidence: "Tinyproxy passes 1024 (seen with ss)",
    backlogLine: () => "Tinyproxy: the backlog is built in (1024)",
    apply: null,
    acceptFaster: "Tinyproxy: raise MaxClients: at it nobody accepts",
  },
  {
    name: "Envoy",
    processes: /^envoy$/,
    defaultBacklog: null,
    evidence: "Envoy's tcp_backlog_size is 128 or somaxconn, by version",
    backlogLine: (backlog) => `Envoy: tcp_backlog_size: ${backlog} on the listener`,
    apply: "update the listener or restart Envoy",
    acceptFaster: "Envoy: raise --concurrency",
  },
  {
    name: "systemd",
    processes: /^systemd$/,
    defaultBacklog: "somaxconn",
    evidence:
      "systemd's Backlog= is as large as the kernel permits unless set (before version 254: SOMAXCONN)",
    backlogLine: (backlog) => `systemd: Backlog=${backlog} in the .socket unit`,
    apply:
      "systemctl daemon-reload && systemctl restart UNIT.socket; the service may call listen() again with its own number",
    acceptFaster: null,
  },
];
