/**
 * What is read for a snapshot, before it is put together. Types only.
 *
 * @module
 */
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../wire/netlink/unix-diag.ts";
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
  /** Its name, as `uname -r` has it, and the version of its source, as in `"6.1.192"`. */
  readonly kernel: { readonly release: string; readonly version: string };
  readonly namespaces: readonly NamespaceReadings[];
  /** Holders by inode, the one to name first. */
  readonly holders: ReadonlyMap<number, readonly ListenerProcess[]>;
  /** What processes run in, by pid. */
  readonly containers: ReadonlyMap<number, ListenerContainer>;
}
