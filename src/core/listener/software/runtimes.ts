/**
 * Runtimes in which servers are written: the default is the runtime's, the setting is in the program.
 *
 * @module
 */
import type { Software } from "./software.ts";

/** Servers written in Go that are met often. */
const GO_SERVERS = [
  "caddy|traefik|coredns|frps|cloudflared|tailscaled|nats-server|syncthing|gitea",
  "prometheus|alertmanager|pushgateway|grafana(-server)?|loki|promtail|tempo|thanos|telegraf|influxd|[a-z0-9_]+_export(er)?",
  "etcd|consul|vault|nomad|minio|cockroach|rqlited|k3s(-server)?|kubelet|kube-[a-z-]+",
  "dockerd|containerd|docker-proxy",
];

/** What the kernel calls a process of Node.js; the thread has a name of its own in newer ones. */
const NODE_PROCESS = /^(node|nodejs|node-MainThread|MainThread)$/;

/** Whether it is one of Node.js. */
export function isNodeProcess(name: string): boolean {
  return NODE_PROCESS.test(name);
}

/** By process name. A Go or Rust program has a name of its own, so only well-known ones are recognised. */
export const RUNTIMES: readonly Software[] = [
  {
    name: "Node.js",
    processes: NODE_PROCESS,
    defaultBacklog: 511,
    evidence: "Node.js passes 511 unless told otherwise (seen with ss)",
    backlogLine: (backlog) => `Node.js: server.listen({ port, backlog: ${backlog} })`,
    apply: "restart the program",
    acceptFaster:
      "Node.js accepts between turns of its event loop: find what blocks it (node --cpu-prof), or run more processes with node:cluster",
  },
  {
    name: "Java",
    processes: /^java$/,
    defaultBacklog: 50,
    evidence: "Java's ServerSocket passes 50 unless told otherwise (seen with ss)",
    backlogLine: (backlog) =>
      `Java: new ServerSocket(port, ${backlog}); Tomcat: acceptCount="${backlog}"; Netty: SO_BACKLOG; Spring Boot: server.tomcat.accept-count=${backlog}`,
    apply: "restart the program",
    acceptFaster: "Java: raise the acceptor's or worker pool's size (Tomcat: maxConnections, maxThreads)",
  },
  {
    name: "Python",
    processes: /^python[\d.]*$/,
    defaultBacklog: 128,
    evidence: "Python's socket.listen() passes min(SOMAXCONN, 128); asyncio 100, socketserver 5",
    backlogLine: (backlog) =>
      `Python: socket.listen(${backlog}); asyncio.start_server(…, backlog=${backlog}); uvicorn --backlog ${backlog}; gunicorn --backlog ${backlog}`,
    apply: "restart the program",
    acceptFaster: "Python: more worker processes (uvicorn --workers, gunicorn --workers)",
  },
  {
    name: "Ruby",
    processes: /^(ruby|puma|unicorn).*/,
    defaultBacklog: 1024,
    evidence: "Puma and Unicorn pass 1024 unless told otherwise",
    backlogLine: (backlog) =>
      `Puma: bind "tcp://0.0.0.0:PORT?backlog=${backlog}"; Unicorn: listen PORT, backlog: ${backlog}`,
    apply: "restart the program",
    acceptFaster: "Puma: raise workers and threads; Unicorn: worker_processes",
  },
  {
    name: ".NET",
    processes: /^dotnet$/,
    defaultBacklog: 512,
    evidence: "Kestrel's Limits.Backlog is 512 unless set",
    backlogLine: (backlog) => `Kestrel: options.Sockets: SocketTransportOptions.Backlog = ${backlog}`,
    apply: "restart the program",
    acceptFaster: null,
  },
  {
    name: "Go",
    processes: new RegExp(`^(${GO_SERVERS.join("|")})$`),
    defaultBacklog: "somaxconn",
    evidence:
      "Go's net.Listen passes net.core.somaxconn, read once when the process first listens, and has no setting (seen with ss)",
    backlogLine: (backlog) =>
      `Go: nothing to set in the program: net.Listen takes net.core.somaxconn, which must be ${backlog} when it starts`,
    apply: "restart the process",
    acceptFaster:
      "Go accepts in a goroutine: see what holds it up (kill -QUIT prints all goroutines, /debug/pprof/goroutine?debug=2), and GOMAXPROCS against the CPU limit",
  },
  {
    name: "PHP",
    processes: /^php[\d.]*$/,
    defaultBacklog: 32,
    evidence: "PHP's stream_socket_server passes 32 unless its context says otherwise",
    backlogLine: (backlog) => `PHP: stream_context_create(["socket" => ["backlog" => ${backlog}]])`,
    apply: "restart the program",
    acceptFaster: null,
  },
];
