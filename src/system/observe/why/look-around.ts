/**
 * One thorough look at the listeners of a port, before a watch and after it: who holds them, how those fare, who waits.
 *
 * @module
 */

import { assembleSnapshot } from "../../../core/listener/snapshot/assemble-snapshot.ts";
import type { ListenerProcess, Snapshot } from "../../../core/listener/snapshot/snapshot-document.ts";
import type { PortLook } from "../../../core/listener/waiting-look.ts";
import { type Conntrack, readConntrack } from "../../linux/proc/conntrack.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { findSocketHolders, type HolderSearch } from "../../linux/proc/processes.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { lookAtPort } from "../port-queues.ts";
import { containersOf, inodesOf, readNamespace } from "../snapshot.ts";
import { beginOwnerWatch, type OwnerWatch } from "./read-owner.ts";

/** Everything about the port at one moment, except what the watch collects. */
export interface Around {
  readonly atMs: number;
  readonly snapshot: Snapshot;
  readonly hiddenProcesses: number;
  /** By inode. */
  readonly holders: ReadonlyMap<number, readonly ListenerProcess[]>;
  /** By cookie. */
  readonly owners: ReadonlyMap<bigint, OwnerWatch>;
  /** By namespace. */
  readonly queues: ReadonlyMap<number, PortLook>;
  /** Of this namespace, through which a container's packets pass too, and of each listener's own that has a process. */
  readonly conntrack: ReadonlyMap<number | "host", Conntrack>;
}

/** Looks. `begin` is the look before the watch: owners that it found are not searched for again. */
export function lookAround(
  namespaces: readonly SeenNamespace[],
  port: number,
  begin: Around | null = null,
): Around {
  const queues = new Map(namespaces.map(({ inode, eye }) => [inode, lookAtPort(eye, port)]));
  const readings = namespaces.map((seen) => readNamespace(seen, { port }));
  const { holders, hiddenProcesses } = findHolders(inodesOf(readings), begin);
  const snapshot = assembleSnapshot({
    takenAt: new Date(),
    kernel: readKernelIdentity(),
    namespaces: readings,
    holders,
    containers: containersOf(holders),
  });
  return {
    atMs: performance.now(),
    snapshot,
    hiddenProcesses,
    holders,
    owners:
      begin?.owners ??
      new Map(snapshot.listeners.map((listener) => [listener.cookie, beginOwnerWatch(listener.holders)])),
    queues,
    conntrack: conntracksOf(snapshot),
  };
}

/** A search reads the descriptors of every process, so it is made again only if there is a listener whose holder is not known. */
function findHolders(inodes: ReadonlySet<number>, begin: Around | null): HolderSearch | Around {
  const isKnown = begin !== null && [...inodes].every((inode) => begin.holders.has(inode));
  return isKnown ? begin : findSocketHolders(inodes, { all: true });
}

function conntracksOf({ listeners, namespaces }: Snapshot): Map<number | "host", Conntrack> {
  const own = new Set(namespaces.filter(({ self }) => self).map(({ inode }) => inode));
  const found = new Map<number | "host", Conntrack>([["host", readConntrack()]]);
  for (const { namespace, process } of listeners)
    if (process !== null && !own.has(namespace)) found.set(namespace, readConntrack(process.pid));
  return found;
}
