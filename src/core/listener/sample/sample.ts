/**
 * What the sampler knows about every listener at one moment: the shape that `top` shows, `record` keeps and the exporter
 * counts. Types only. Unlike a snapshot (one look, `snapshot-document.ts`), a sample remembers: peaks, time at capacity,
 * the rise of drops and, where it can be told, their cause. An unknown value is null.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { EntryVerdict } from "../entries/entry-balance.ts";
import type {
  AcceptQueue,
  DropCause,
  ListenerContainer,
  ListenerProcess,
  QueueSysctls,
  SynQueue,
} from "../facts.ts";

export { DROP_CAUSES, type DropCause } from "../facts.ts";

/** Where a peak comes from: a look saw the queue so, or the kernel's counters tell that it stood at its capacity. */
export type PeakEvidence = "seen" | "drops";

/** The longest that an accept queue was over the last 60 s. */
export interface QueuePeak {
  readonly length: number;
  /** Milliseconds since the sampler began. */
  readonly at: number;
  readonly by: PeakEvidence;
}

/** What the kernel's trace events told of connections that entered an accept queue. */
export interface QueueEntries {
  /** How many, since the sampler first looked at the listener. */
  readonly entered: number;
  /** What that is worth in the interval that ends with this sample. */
  readonly verdict: EntryVerdict;
  /**
   * The queue was no longer than this since the previous sample, between looks too: its length at a look and all that entered after it.
   * Null where some may have entered unheard.
   */
  readonly peakAtMost: number | null;
}

/** What happened to a listener's raw drop counter between two moments at which all counters agreed. */
export interface DropRise {
  /** Rise of the kernel's own counter (`d` of `ss -m`), exact: a refused final ACK counts twice or more in it. */
  readonly raw: number;
  /** Packets refused: exact where only this listener's counter moved in its namespace, otherwise its share of them. */
  readonly refused: { readonly value: number; readonly exact: boolean };
  /** The one cause that explains the rise; null if more than one could, or none of those that are counted. */
  readonly cause: DropCause | null;
  /** What it may have been, where there is no one cause; empty where the kernel counted none of them. */
  readonly candidates: readonly DropCause[];
}

/**
 * Where a rise of the raw drop counter belongs: one of the causes; `by-requests`: packets that a half-open request ate, no
 * refusals; `shared`: several causes or listeners moved in one interval.
 */
export type DropKind = DropCause | "by-requests" | "shared";

/** One listener, as known at the sample's moment. Counts that only grow are since the sampler first saw the listener. */
export interface ListenerSample {
  /** The socket's cookie in hexadecimal: names it for as long as the machine is up. */
  readonly cookie: string;
  /** The inode of its network namespace. */
  readonly namespace: number;
  readonly protocol: "tcp" | "mptcp" | "unix";
  /** Null for unix, as are address and port. */
  readonly family: "ipv4" | "ipv6" | null;
  readonly v6only: boolean | null;
  readonly address: string | null;
  readonly port: number | null;
  /** Of a unix listener; an abstract name begins with `@`; null for one without a name. */
  readonly path: string | null;
  /** The same for all members of a SO_REUSEPORT group; null for a listener that is alone. */
  readonly group: string | null;
  readonly process: ListenerProcess | null;
  readonly container: ListenerContainer | null;
  readonly acceptQueue: AcceptQueue;
  /** Its length is as old as `synQueueAgeMs` says: requests are counted at a slower rate of their own. */
  readonly synQueue: SynQueue;
  readonly synQueueAgeMs: number | null;
  /** True while the listener is looked at by single requests, many times a second. */
  readonly watched: boolean;
  /** The longest over the last 60 s. */
  readonly peak: QueuePeak;
  /** The longest since the previous sample, by looks or by drops. */
  readonly intervalPeak: number;
  /** The shortest that a look since the previous sample saw. */
  readonly intervalLeast: number;
  /** The longest SYN queue seen over the last 60 s; null while no length is known. */
  readonly synPeak: number | null;
  /** How long the accept queue stood at its capacity, in milliseconds, exact to the distance of two looks. */
  readonly fullMs: number;
  /**
   * Connections that were seen to leave the accept queue: nothing but accept() makes it shorter, so at least so many were
   * accepted. One that was taken and replaced between two looks is not seen.
   */
  readonly takenSeen: number;
  /** Null for unix, and where the kernel's trace events are not heard. */
  readonly entries: QueueEntries | null;
  /** The kernel's own counter, never corrected; null for unix, and before Linux 4.7. */
  readonly drops: number | null;
  /** Its rise since the sampler first saw the listener. */
  readonly dropsSinceStart: number;
  /** The same by kind, interval by interval of the counters. */
  readonly dropsBy: Readonly<Record<DropKind, number>>;
  /** Rise of `drops` per second, over the time since the previous sample. */
  readonly dropsPerSecond: number;
  /** The rise in the interval that ended last with this sample; null if nothing rose. */
  readonly rise: DropRise | null;
  /** Refused packets by cause since the start, only of intervals in which the cause was certain. */
  readonly refusedBy: Readonly<Record<DropCause, number>>;
  /** Refused packets since the start. */
  readonly refusals: { readonly value: number; readonly exact: boolean };
  /** Findings of the sampler's own: an overflow that no look saw. */
  readonly findings: readonly Finding[];
}

/** A namespace and its counters. */
export interface NamespaceSample {
  readonly inode: number;
  readonly name: string | null;
  readonly self: boolean;
  /** By the kernel's names, since the namespace was made. */
  readonly counters: Readonly<Record<string, number | null>>;
  /** As they were when last read, at most two seconds before. */
  readonly sysctls: QueueSysctls;
  /** How many listeners closed since the start: their last drops, between the last look and their end, are not known. */
  readonly closed: number;
}

/** How often one kind of look came, and so what it can have missed. */
export interface LookRate {
  /** The distance that is aimed at, in milliseconds. */
  readonly everyMs: number;
  /** Looks since the previous sample. */
  readonly looks: number;
  /** The longest distance between two of them since the previous sample; null after fewer than two. */
  readonly longestGapMs: number | null;
}

/** How the kernel's word on queue entries is heard. */
export interface EntryCoverage {
  /** Records for which there was no room, since the start. */
  readonly lost: number;
  /** True while more entered a second than it hears. */
  readonly isOff: boolean;
  readonly mostPerSecond: number;
}

/** What the sampler may not have seen. */
export interface Coverage {
  /** Single requests at the watched listeners. */
  readonly watched: LookRate;
  /** Dumps of all listeners. */
  readonly all: LookRate;
  /** Counts of requests (SYN_RECV). */
  readonly synQueue: LookRate;
  /** Null where queue entries are not heard at all. */
  readonly entries: EntryCoverage | null;
  /** Answers that the kernel could not deliver (ENOBUFS) since the start; the look was taken again. */
  readonly overruns: number;
  /** CPU that looking took since the previous sample, as a share of one core. */
  readonly cpuShare: number;
}

/** What is known at one moment. */
export interface Sample {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** Milliseconds since the sampler began. */
  readonly at: number;
  /** Since the previous sample, in milliseconds. */
  readonly intervalMs: number;
  readonly namespaces: readonly NamespaceSample[];
  readonly listeners: readonly ListenerSample[];
  /** Processes whose descriptors this user may not read: a listener without a process may be theirs. */
  readonly hiddenProcesses: number;
  readonly coverage: Coverage;
}

/**
 * How likely a look every `everyMs` sees something that lasts `lastsMs`.
 *
 * @example chanceOfSeeing(20, 100) // 0.2
 */
export function chanceOfSeeing(lastsMs: number, everyMs: number): number {
  return everyMs <= 0 ? 1 : Math.min(1, lastsMs / everyMs);
}
