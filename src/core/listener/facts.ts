/**
 * What the findings about this machine's listeners stand on: a listener as one look shows it, its namespace, what changed
 * while it was watched, the state of its owner, and who waits. Types only; an unknown value is null. A snapshot's
 * listeners (`observe/`) have all of the first part.
 *
 * @module
 */
import type { ListenerCourse } from "./course/course-facts.ts";
import type { EntryVerdict } from "./entries/entry-balance.ts";
import type { ListenerProcess } from "./listener-process.ts";
import type { MachineFacts } from "./machine-facts.ts";

export type { ListenerProcess } from "./listener-process.ts";

/** What a process runs in, as far as its control group tells. */
export interface ListenerContainer {
  readonly runtime:
    | "docker"
    | "containerd"
    | "cri-o"
    | "podman"
    | "lxc"
    | "nspawn"
    | "kubernetes"
    | "systemd";
  /** The container's id, or the unit's name. */
  readonly id: string;
  /** What people call it, where the control group says it; null for the runtimes that only give an id. */
  readonly name: string | null;
  /** The Kubernetes pod's UID. */
  readonly pod: string | null;
}

/** A listener's accept queue. */
export interface AcceptQueue {
  readonly length: number;
  readonly limit: number;
  readonly capacity: number;
}

/** A listener's SYN queue. Its length is null for a member of a SO_REUSEPORT group that has requests: a row does not say whose it is. */
export interface SynQueue {
  readonly length: number | null;
  readonly limit: number | null;
  readonly capacity: number | null;
}

/** Who set the limit, as far as it can be told. */
export type LimitSetBy = "application" | "somaxconn" | "somaxconn-lowered" | "unknown";

/** One listener at one moment. */
export interface ListenerFacts {
  /** The inode of its network namespace. */
  readonly namespace: number;
  readonly protocol: "tcp" | "mptcp" | "unix";
  /** Null for a unix listener. */
  readonly address: string | null;
  readonly port: number | null;
  /** Of a unix listener; an abstract name begins with `@`. */
  readonly path: string | null;
  /** The same for all members of a SO_REUSEPORT group; null for a listener that is alone. */
  readonly group: string | null;
  readonly acceptQueue: AcceptQueue;
  readonly synQueue: SynQueue;
  /** The kernel's raw value, what `ss -m` prints as `d`. */
  readonly drops: number | null;
  readonly process: ListenerProcess | null;
  readonly container: ListenerContainer | null;
  readonly limitSetBy: LimitSetBy;
  readonly limitSetByEvidence: string;
}

/** The sysctls that decide about the queues. */
export const QUEUE_SYSCTLS = [
  "somaxconn",
  "tcp_max_syn_backlog",
  "tcp_syncookies",
  "tcp_abort_on_overflow",
  "tcp_synack_retries",
] as const;

/** Their values in one namespace; null where it does not show one. */
export type QueueSysctls = Readonly<Record<(typeof QUEUE_SYSCTLS)[number], number | null>>;

/** A network namespace. */
export interface NamespaceFacts {
  readonly inode: number;
  /** As `ip netns` knows it, else the container, pod or unit in it, else null. */
  readonly name: string | null;
  /** True for the one in which listenq runs. */
  readonly self: boolean;
  /** Counters since the namespace was made, by the kernel's names. */
  readonly counters: Readonly<Record<string, number | null>>;
  readonly sysctls: QueueSysctls;
}

/** Why packets of a listener were refused, as far as the counters tell. */
export const DROP_CAUSES = ["accept-queue-full", "syn-queue-full", "other"] as const;

/** One of them. */
export type DropCause = (typeof DROP_CAUSES)[number];

/**
 * Refused packets by cause: `own` in intervals in which the counters leave no other number, as where this listener's drops alone
 * moved; `shared` in intervals in which others' moved too: its share by how far its own drop counter rose, about right.
 */
export type RefusedByCause = Readonly<Record<DropCause, { readonly own: number; readonly shared: number }>>;

/** What was seen of a listener over a stretch of time. */
export interface ListenerWindow {
  readonly durationMs: number;
  /** How many looks, and how far apart at most. */
  readonly looks: number;
  readonly longestGapMs: number;
  readonly lengthLeast: number;
  readonly lengthMost: number;
  readonly lengthFirst: number;
  readonly lengthLast: number;
  /**
   * Whether it was shorter at one look than at the one before: nothing but accept() makes a queue shorter. One that was taken and
   * replaced between two looks does not show.
   */
  readonly hasFallen: boolean;
  /** For how long the accept queue stood at its capacity. */
  readonly fullMs: number;
  /** What the kernel told of connections that entered; null where nobody hears it. */
  readonly entries: WindowEntries | null;
  readonly synLengthMost: number | null;
  /** The rise of the listener's raw drop counter; null before Linux 4.7. */
  readonly dropsRise: number | null;
  readonly refused: RefusedByCause;
  /** Rises of the namespace's counters. */
  readonly counters: Readonly<Record<string, number>>;
  /** Endpoints of the other listeners of the namespace whose drops rose too. */
  readonly othersDropping: readonly string[];
}

/** Connections that entered an accept queue during a window, by the kernel's trace events. */
export interface WindowEntries {
  readonly entered: number;
  /** The weakest of the window's intervals. */
  readonly verdict: EntryVerdict;
  /** The queue was no longer than this, between looks too; null where some may have entered unheard. */
  readonly lengthAtMost: number | null;
}

/** Who waits in the accept queue: the exact ages need a walk of the established table, so they come on demand. */
export interface WaitingFacts {
  /** Connections that wait and whose client still holds on. */
  readonly alive: number;
  /** Connections that wait although the client has closed. */
  readonly closed: number;
  /** Connections that the client reset while they waited: they are counted in the length and have no row. */
  readonly reset: number;
  /** How long the oldest has been waiting, in milliseconds. */
  readonly oldestMs: number | null;
  /** The endpoint of the oldest one's client. */
  readonly oldest: string | null;
  /** How many of those who waited when the watch began still wait; null without a watch. */
  readonly stillWaiting: number | null;
  /** How many of them were taken or gave up during the watch; null without one. */
  readonly left: number | null;
  /**
   * How many of those were surely taken: a client that resets while it waits loses its row too, though not its place in the
   * queue. Null without a watch.
   */
  readonly takenAtLeast: number | null;
  /** Addresses of clients that have closed, with how many each, most first. */
  readonly closedFrom: readonly { readonly address: string; readonly count: number }[];
}

/** The state of the process that should accept. */
export interface OwnerFacts {
  readonly process: ListenerProcess;
  /** The kernel's letter: R, S, D, T, t, Z. */
  readonly state: string | null;
  /** Descriptors in use below the limit: accept() fails when there is no free number left. */
  readonly openFiles: number | null;
  /** The soft RLIMIT_NOFILE; null for unlimited or unknown. */
  readonly fileLimit: number | null;
  /** The hard one, up to which anybody may raise the soft one; null for unlimited or unknown. */
  readonly hardFileLimit: number | null;
  /** The kernel function in which its main thread sleeps, such as `hrtimer_nanosleep`; null where it does not sleep or that is hidden. */
  readonly sleepsIn: string | null;
  /** True while its control group is frozen. */
  readonly isFrozen: boolean | null;
  /** Rises during the watch; null without one. */
  readonly throttledPeriods: number | null;
  readonly throttledMs: number | null;
  /** CPU time of processes that it had started and that ended during the watch, in milliseconds; more than 0 where one did. */
  readonly endedChildrenCpuMs: number | null;
  /** CPU time of all its threads during the watch, in percent of one core. */
  readonly cpuPercent: number | null;
  /** The busiest thread's, in percent of one core: the one that ran, or waited for a CPU, for longest. */
  readonly busiestThreadPercent: number | null;
  /** For how much of the watch that thread could run and had to wait for a CPU, in percent; null where the kernel does not say. */
  readonly busiestThreadWaitPercent: number | null;
  readonly threads: number | null;
  /** For how long it has been running, in milliseconds. */
  readonly ageMs: number | null;
  /** Other processes that hold the same listener. */
  readonly others: readonly OtherHolder[];
}

/** A process that holds the listener beside the one that is told of. */
export interface OtherHolder extends ListenerProcess {
  /** The kernel's letter, as in {@link OwnerFacts}. */
  readonly state: string | null;
}

/** All that is known of one listener. */
export interface LiveFacts {
  readonly listener: ListenerFacts;
  readonly namespace: NamespaceFacts;
  /** All members of its SO_REUSEPORT group, itself included; only itself if it is alone. */
  readonly members: readonly ListenerFacts[];
  /** Processes that this user may not look into: a listener without a process may be theirs. */
  readonly hiddenProcesses: number;
  readonly window: ListenerWindow | null;
  readonly waiting: WaitingFacts | null;
  readonly owner: OwnerFacts | null;
  /** Other values that the namespace's net.core.somaxconn had while it was watched. */
  readonly formerSomaxconn?: readonly number[];
  /** The machine on which its remedies are typed; left out of what was recorded elsewhere. */
  readonly machine?: MachineFacts | null;
  /** What frequent looks at its port alone have seen; left out where nobody took them. */
  readonly course?: ListenerCourse | null;
}
