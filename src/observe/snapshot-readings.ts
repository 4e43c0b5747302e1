/**
 * What is read for a snapshot, before it is put together. Types only.
 *
 * @module
 */
import type { KernelIdentity } from "../linux/kernel-identity.ts";
import type { InetDiagSocket } from "../wire/inet-diag.ts";
import type { UnixDiagSocket } from "../wire/unix-diag.ts";
import type { ListenerContainer, ListenerProcess, SnapshotNamespace } from "./snapshot-document.ts";

/** What was read of one namespace. */
export interface NamespaceReadings {
  readonly namespace: SnapshotNamespace;
  /** Rows of the TCP table in LISTEN and SYN_RECV, of both families. */
  readonly tcp: readonly InetDiagSocket[];
  /** Rows of the MPTCP table in LISTEN. */
  readonly mptcp: readonly InetDiagSocket[];
  /** Rows of the unix table in LISTEN; none unless they were asked for. */
  readonly unix: readonly UnixDiagSocket[];
}

/** What was read of the machine. */
export interface SnapshotReadings {
  readonly takenAt: Date;
  readonly kernel: KernelIdentity;
  readonly namespaces: readonly NamespaceReadings[];
  /** Holders by inode, the one to name first. */
  readonly holders: ReadonlyMap<number, readonly ListenerProcess[]>;
  /** What processes run in, by pid. */
  readonly containers: ReadonlyMap<number, ListenerContainer>;
}
