/**
 * Every finding about this machine's listeners as data: its code, how bad it is, what it is called and what it means. The
 * detectors beside this file say when it applies; `docs/findings/CODE.md` explains each at length.
 *
 * @module
 */
import type { Severity } from "../../finding.ts";

/** One kind of finding. */
export interface LiveFindingKind {
  readonly severity: Severity;
  /** What it is, as a heading. */
  readonly title: string;
  /** What it means, and what else it could be. */
  readonly explanation: string;
}

/** The code of a finding about a live listener. Codes are never renamed. */
export type LiveFindingCode =
  | "accept-queue-full"
  | "accept-queue-was-full"
  | "accept-queue-overflow"
  | "syn-queue-full"
  | "syn-cookies-sent"
  | "last-quarter-drops"
  | "drops-not-overflow"
  | "nobody-accepts"
  | "reuseport-member-stuck"
  | "limit-clamped"
  | "limit-stale"
  | "somaxconn-lowered"
  | "abort-on-overflow-on"
  | "limit-too-large"
  | "pod-sysctl-differs"
  | "unix-queue-full"
  | "owner-at-fd-limit"
  | "owner-not-running"
  | "owner-spinning"
  | "queue-holds-dead-clients"
  | "listener-without-acceptor"
  | "silent-client-after-cookie"
  | "not-the-queue"
  | "taken-late"
  | "listener-comes-and-goes"
  | "syn-flood"
  | "defer-accept-waits"
  | "limit-too-small"
  | "queue-behind-full";

/** By code. */
export const LIVE_FINDINGS: Readonly<Record<LiveFindingCode, LiveFindingKind>> = {
  "accept-queue-full": {
    severity: "critical",
    title: "The accept queue is full",
    explanation:
      "As many connections wait for accept() as the kernel keeps. While that lasts, SYNs and final ACKs are dropped: clients connect seconds late or not at all.",
  },
  "accept-queue-was-full": {
    severity: "warning",
    title: "The accept queue was full for a while",
    explanation:
      "During the watch the queue stood at its capacity and has room again. Clients that came meanwhile were refused and try again by themselves after a second or more.",
  },
  "accept-queue-overflow": {
    severity: "critical",
    title: "Packets were refused because the accept queue was full",
    explanation:
      "ListenOverflows rose during the watch. It counts every refused packet: SYNs, final ACKs, and each resend of them, so it is no number of clients.",
  },
  "syn-queue-full": {
    severity: "warning",
    title: "The SYN queue is full",
    explanation:
      "As many handshakes are under way as the kernel keeps. With SYN cookies on, further clients are answered by cookies; with cookies off, their SYNs are dropped. Slow or lossy clients fill it, a flood does, and a full accept queue does: final ACKs that it refuses stay in the SYN queue.",
  },
  "syn-cookies-sent": {
    severity: "warning",
    title: "SYN cookies are being sent",
    explanation:
      "The SYN queue overflowed and the kernel answers without keeping anything. Connections still work, with fewer TCP options. It is no proof of an attack: a small backlog does it too. The counter is the namespace's, not the listener's.",
  },
  "last-quarter-drops": {
    severity: "critical",
    title: "SYNs are dropped in the last quarter of tcp_max_syn_backlog",
    explanation:
      "With tcp_syncookies = 0 the kernel keeps the last quarter of tcp_max_syn_backlog for peers that it has met before, and drops the SYNs of all others. No counter names that rule: it is what is left of ListenDrops.",
  },
  "drops-not-overflow": {
    severity: "warning",
    title: "Packets were dropped, but not because a queue was full",
    explanation:
      "ListenDrops rose more than the counters of full queues: a missing route back, memory, a security module, or the rule of the last quarter. A larger backlog changes nothing.",
  },
  "nobody-accepts": {
    severity: "critical",
    title: "Nobody accepts",
    explanation:
      "Connections wait and none was taken during the whole watch, while the process is there. It is blocked, busy with something else, or at a limit of its own.",
  },
  "reuseport-member-stuck": {
    severity: "critical",
    title: "One member of a SO_REUSEPORT group is stuck",
    explanation:
      "The kernel spreads connections over the members by a hash and never moves them: the clients of a stuck member fail again and again while its siblings idle.",
  },
  "limit-clamped": {
    severity: "warning",
    title: "net.core.somaxconn clamps the backlog",
    explanation:
      "The software asks for more than the kernel permits, and got net.core.somaxconn. Raising the sysctl changes nothing until the process calls listen() again.",
  },
  "limit-stale": {
    severity: "warning",
    title: "The limit is from before a sysctl was changed",
    explanation:
      "The limit is an old net.core.somaxconn: the software asks for more and the sysctl permits more by now, but the process has not called listen() since.",
  },
  "somaxconn-lowered": {
    severity: "info",
    title: "net.core.somaxconn was lowered after listen()",
    explanation:
      "The limit is above net.core.somaxconn, which only a later lowering explains. It holds until the process calls listen() again: after its next restart the queue is shorter.",
  },
  "abort-on-overflow-on": {
    severity: "info",
    title: "tcp_abort_on_overflow is on",
    explanation:
      "A client whose final ACK meets a full accept queue is reset at once instead of being given time. Short bursts then become errors that users see.",
  },
  "limit-too-large": {
    severity: "warning",
    title: "The queue is longer than clients are patient",
    explanation:
      "The server accepts, but who waits does so longer than most clients do. It works for clients that have given up. A shorter queue would refuse early, which is better than late.",
  },
  "pod-sysctl-differs": {
    severity: "info",
    title: "The namespace's net.core.somaxconn differs from the host's",
    explanation:
      "Each network namespace has its own, and a new one begins with the kernel's default: tuning the host does not reach containers.",
  },
  "unix-queue-full": {
    severity: "critical",
    title: "A unix listener's queue is full",
    explanation:
      "Further connect() calls wait without an end, or fail with EAGAIN if they do not want to wait. No counter counts them.",
  },
  "owner-at-fd-limit": {
    severity: "critical",
    title: "The process has no file descriptors left",
    explanation:
      "accept() fails with EMFILE, and the connection stays in the queue. Some programs spin on it. Node.js instead accepts and closes at once, and its queue stays empty.",
  },
  "owner-not-running": {
    severity: "critical",
    title: "The process cannot run",
    explanation:
      "It is stopped, waits for a disk, or its control group is frozen or throttled: nobody accepts meanwhile, whatever the backlog is.",
  },
  "owner-spinning": {
    severity: "warning",
    title: "The process is busy and does not accept",
    explanation: "One of its threads uses a whole core while connections wait: it works on something else.",
  },
  "queue-holds-dead-clients": {
    severity: "warning",
    title: "Clients that have gone take up the queue",
    explanation:
      "A connection stays in the queue after its client has closed or reset it. Many from few addresses and without data are the health checks of a load balancer.",
  },
  "listener-without-acceptor": {
    severity: "warning",
    title: "Nobody is there who could accept",
    explanation:
      "Connections wait and no process holds the listener, or only a child that inherited it. The kernel's own servers (NFS) and other PID namespaces look the same.",
  },
  "silent-client-after-cookie": {
    severity: "warning",
    title: "Clients believe that they are connected, and the server does not know them",
    explanation:
      "A final ACK with a SYN cookie met a full accept queue and was dropped: the server keeps nothing and sends nothing again. A client that waits for the server to speak first waits for ever.",
  },
  "taken-late": {
    severity: "warning",
    title: "Clients are accepted late",
    explanation:
      "Nothing is refused, but connections stand in the queue for long before accept() takes them: the loop that accepts is busy with something else, or there are too few of those who accept.",
  },
  "listener-comes-and-goes": {
    severity: "warning",
    title: "The listener comes and goes",
    explanation:
      "It was closed and opened anew during the watch. Who waits in a queue that closes is reset, and who comes while nobody listens is refused at once.",
  },
  "syn-flood": {
    severity: "warning",
    title: "Clients do not finish the handshake",
    explanation:
      "The SYN queue is full of requests whose SYN+ACK nobody answers: a flood with forged addresses, or a way back on which answers are lost. With SYN cookies real clients are served all the same.",
  },
  "defer-accept-waits": {
    severity: "warning",
    title: "TCP_DEFER_ACCEPT waits for clients that say nothing",
    explanation:
      "With that option a connection stays in the SYN queue until the client sends data. Health checks that only connect, and protocols in which the server speaks first, fill it, and the server never sees them.",
  },
  "limit-too-small": {
    severity: "critical",
    title: "The limit itself is too small",
    explanation:
      "The server takes who waits, but what comes at one moment does not fit into the queue. listen(0) leaves room for a single connection.",
  },
  "queue-behind-full": {
    severity: "critical",
    title: "The queue behind the port is full",
    explanation:
      "The server on this port takes its clients and hands them on to another server, whose queue is full: they wait there, and this port looks healthy.",
  },
  "not-the-queue": {
    severity: "info",
    title: "It is not the queue",
    explanation:
      "While it was watched the queues had room and nothing was dropped. Clients that time out all the same fail elsewhere.",
  },
};
