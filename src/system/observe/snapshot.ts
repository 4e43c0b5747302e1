/**
 * Takes a snapshot of the listeners of one or more network namespaces: in each a few dumps, counters and sysctls; then the
 * search for who holds the sockets, once for all. What it means is put together in assemble-snapshot.ts.
 *
 * @module
 */

import { containerOf } from "../../core/listener/container-of.ts";
import { assembleSnapshot } from "../../core/listener/snapshot/assemble-snapshot.ts";
import type {
  ListenerContainer,
  ListenerProcess,
  Snapshot,
} from "../../core/listener/snapshot/snapshot-document.ts";
import type { NamespaceReadings } from "../../core/listener/snapshot/snapshot-readings.ts";
import { readCgroup } from "../linux/proc/cgroup.ts";
import { readKernelIdentity } from "../linux/proc/kernel-identity.ts";
import { findSocketHolders } from "../linux/proc/processes.ts";
import {
  type NamespaceScope,
  openNamespaces,
  type SeenNamespace,
  type UnseenNamespace,
} from "./namespace-scope.ts";
import { preferProcess } from "./select-listeners.ts";

/** A snapshot and what could not be seen for it. */
export interface SnapshotResult {
  readonly snapshot: Snapshot;
  /** Processes whose descriptors this user may not read: a listener without a process may be theirs. */
  readonly hiddenProcesses: number;
  /** Processes whose namespace this user may not even see; 0 unless all namespaces were asked for. */
  readonly hiddenNamespaces: number;
  /** Namespaces that this user may not enter. */
  readonly unseen: readonly UnseenNamespace[];
}

/** What is asked for. */
export interface SnapshotOptions {
  /** A name or pid: of several holders of a listener the one that fits is shown, so all are searched for. */
  readonly process?: string | undefined;
  /** Which namespaces; the own one if left out. */
  readonly netns?: NamespaceScope | undefined;
  /** Also AF_UNIX listeners; false if left out. */
  readonly unix?: boolean | undefined;
}

/**
 * Looks once at every listener of the namespaces asked for. Findings are not in it: `findInSnapshot` adds them.
 *
 * @throws {NotSupportedError} when the kernel does not answer sock_diag, or a namespace asked for may not be entered
 * @throws {UsageError} when there is no such process
 */
export function takeSnapshot(options: SnapshotOptions = {}): SnapshotResult {
  const { process, netns = "self", unix = false } = options;
  const takenAt = new Date();
  const opened = openNamespaces(netns);
  try {
    const namespaces = opened.seen.map((seen) => readNamespace(seen, { unix }));
    const { holders, hiddenProcesses } = findSocketHolders(inodesOf(namespaces), {
      all: process !== undefined,
    });
    const ordered = process === undefined ? holders : preferProcess(holders, process);
    const containers = containersOf(ordered);
    const snapshot = assembleSnapshot({
      takenAt,
      kernel: readKernelIdentity(),
      namespaces,
      holders: ordered,
      containers,
    });
    const hidden = Math.max(hiddenProcesses, opened.hiddenProcesses);
    return {
      snapshot,
      hiddenProcesses: hidden,
      hiddenNamespaces: opened.hiddenProcesses,
      unseen: opened.unseen,
    };
  } finally {
    for (const { eye } of opened.seen) eye.close();
  }
}

/** One look into an open namespace: also at unix listeners, or only at one port. @throws {SyscallError} */
export function readNamespace(
  { eye, inode, name, self }: SeenNamespace,
  what: { readonly unix?: boolean; readonly port?: number },
): NamespaceReadings {
  const tables = eye.tables(what);
  return { namespace: { inode, name, self, counters: eye.counters(), sysctls: eye.sysctls() }, ...tables };
}

/** The inodes of all listeners that somebody may hold. */
export function inodesOf(namespaces: readonly NamespaceReadings[]): Set<number> {
  const inodes = namespaces.flatMap(({ tcp, mptcp, unix }) =>
    [...tcp, ...mptcp, ...unix].filter(({ state }) => state === "LISTEN").map(({ inode }) => inode),
  );
  return new Set(inodes.filter((inode) => inode !== 0));
}

/** What the first holder of each socket runs in, by pid. */
export function containersOf(
  holders: ReadonlyMap<number, readonly ListenerProcess[]>,
): Map<number, ListenerContainer> {
  const pids = new Set([...holders.values()].flatMap(([first]) => (first === undefined ? [] : [first.pid])));
  const containers = new Map<number, ListenerContainer>();
  for (const pid of pids) {
    const container = containerOf(readCgroup(pid) ?? "");
    if (container !== null) containers.set(pid, container);
  }
  return containers;
}
