/**
 * What `listenq ls --json` says: the listeners of a namespace at one moment. Types only; an unknown value is null.
 *
 * @module
 */
import type { KernelEra } from "./kernel-era.ts";
import type { LimitSetBy } from "./limit-origin.ts";

/** The kernel that was asked. */
export interface KernelIdentity {
  /** Such as `"6.18.44"`. */
  readonly release: string;
  /** Which rules it is taken to follow; null if its release cannot be read. */
  readonly era: KernelEra | null;
  readonly eraBy: "probe" | "version";
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
export interface SnapshotNamespace {
  readonly inode: number;
  /** As `ip netns` knows it, or null. */
  readonly name: string | null;
  /** True for the one in which listenq runs. */
  readonly self: boolean;
  /** Counters since the namespace was made, by the kernel's names. */
  readonly counters: Readonly<Record<string, number | null>>;
  readonly sysctls: QueueSysctls;
}

/** A process that holds a listener. */
export interface ListenerProcess {
  readonly pid: number;
  readonly name: string;
  readonly fd: number;
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

/** One listener. */
export interface SnapshotListener {
  /** The inode of its namespace. */
  readonly namespace: number;
  readonly protocol: "tcp" | "mptcp";
  readonly family: "ipv4" | "ipv6";
  /** Null for IPv4. */
  readonly v6only: boolean | null;
  readonly address: string;
  readonly port: number;
  /** Of a unix listener only. */
  readonly path: null;
  /** The same for all members of a SO_REUSEPORT group; null for a listener that is alone. */
  readonly group: string | null;
  readonly acceptQueue: AcceptQueue;
  readonly synQueue: SynQueue;
  /** The kernel's own value, what `ss -m` prints as `d`; a refused final ACK counts twice in it. Null before 4.7. */
  readonly drops: number | null;
  /** How many packets were refused; not derivable from one look. */
  readonly refusals: { readonly value: number | null; readonly exact: boolean };
  readonly process: ListenerProcess | null;
  readonly container: null;
  readonly limitSetBy: LimitSetBy;
  readonly limitSetByEvidence: string;
  /** Empty until `findings/` exists. */
  readonly findings: readonly never[];
}

/** All of it. */
export interface Snapshot {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly kernel: KernelIdentity;
  readonly namespaces: readonly SnapshotNamespace[];
  readonly listeners: readonly SnapshotListener[];
  readonly findings: readonly never[];
}
