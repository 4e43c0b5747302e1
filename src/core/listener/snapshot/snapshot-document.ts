/**
 * What `listenq ls --json` says: the listeners of one or more namespaces at one moment. Types, and the one function that
 * leaves out what is known besides; an unknown value is null.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { KernelEra } from "../../model/rules/kernel-era.ts";
import type { RefusalEstimate } from "../drops/refusal-estimate.ts";
import type { ListenerFacts, ListenerProcess, NamespaceFacts } from "../facts.ts";

export type {
  ListenerContainer,
  ListenerProcess,
  QueueSysctls,
} from "../facts.ts";

/** The kernel that was asked. */
export interface KernelIdentity {
  /** Such as `"6.18.44"`. */
  readonly release: string;
  /** Which rules it is taken to follow; null if its release cannot be read. */
  readonly era: KernelEra | null;
  readonly eraBy: "probe" | "version";
}

/** A network namespace. */
export type SnapshotNamespace = NamespaceFacts;

/** One listener. */
export interface SnapshotListener extends ListenerFacts {
  /** Null for a unix listener. */
  readonly family: "ipv4" | "ipv6" | null;
  /** Null for IPv4 and unix. */
  readonly v6only: boolean | null;
  /** How many packets were refused since it was opened, as far as one look tells; null for unix, which counts none. */
  readonly refusals: RefusalEstimate;
  readonly findings: readonly Finding[];
}

/** A listener, and what names its socket; the document leaves that out. */
export interface ObservedListener extends SnapshotListener {
  /** Names the socket for as long as the machine is up: the key of whoever compares two looks. */
  readonly cookie: bigint;
  /** 0 if no process holds the socket. */
  readonly inode: number;
  /** The device that it is bound to, 0 for any. */
  readonly interfaceIndex: number;
  readonly uid: number | null;
  /** Processes known to hold it, the one to name first; only that one unless all were searched for. */
  readonly holders: readonly ListenerProcess[];
}

/** All of it. */
export interface Snapshot<L extends SnapshotListener = ObservedListener> {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly kernel: KernelIdentity;
  readonly namespaces: readonly SnapshotNamespace[];
  readonly listeners: readonly L[];
  /** Of namespaces; a listener's own are with it. */
  readonly findings: readonly Finding[];
}

/** The snapshot as the document has it: exactly the keys of the contract. */
export function snapshotDocument(snapshot: Snapshot): Snapshot<SnapshotListener> {
  return { ...snapshot, listeners: snapshot.listeners.map(listenerDocument) };
}

/** One listener as the document has it. */
export function listenerDocument(listener: ObservedListener): SnapshotListener {
  const { cookie, inode, interfaceIndex, uid, holders, ...document } = listener;
  return document;
}
