/**
 * One thorough look at the listeners of a port, before a watch and after it: who holds them, how those fare, who waits.
 *
 * @module
 */

import { assembleSnapshot } from "../../../core/listener/snapshot/assemble-snapshot.ts";
import type { Snapshot } from "../../../core/listener/snapshot/snapshot-document.ts";
import type { NamespaceReadings } from "../../../core/listener/snapshot/snapshot-readings.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import { type Conntrack, readConntrack } from "../../linux/proc/conntrack.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import type { NamespaceEye } from "../namespace-eye.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { containersOf, inodesOf, readNamespace } from "../snapshot.ts";
import { beginOwnerWatch, type OwnerWatch } from "./read-owner.ts";

/** Everything about the port at one moment, except what the watch collects. */
export interface Around {
  readonly atMs: number;
  readonly snapshot: Snapshot;
  readonly hiddenProcesses: number;
  /** By cookie. */
  readonly owners: ReadonlyMap<bigint, OwnerWatch>;
  /** By namespace. */
  readonly queues: ReadonlyMap<number, PortQueues>;
  /** Of this namespace, through which a container's packets pass too, and of each listener's own that has a process. */
  readonly conntrack: ReadonlyMap<number | "host", Conntrack>;
}

/** The listeners of the port and the connections that nobody has taken, read one right after the other. */
export interface PortQueues {
  readonly listeners: readonly InetDiagSocket[];
  readonly untaken: readonly InetDiagSocket[];
}

/** Looks. `known` are the readings of the owners that a look before the watch began. */
export function lookAround(
  namespaces: readonly SeenNamespace[],
  port: number,
  known: ReadonlyMap<bigint, OwnerWatch> | null = null,
): Around {
  const readings = namespaces.map((seen) => onlyPort(readNamespace(seen, false), port));
  const { holders, hiddenProcesses } = findSocketHolders(inodesOf(readings), { all: true });
  const containers = containersOf(holders);
  const snapshot = assembleSnapshot({
    takenAt: new Date(),
    kernel: readKernelIdentity(),
    namespaces: readings,
    holders,
    containers,
  });
  return {
    atMs: performance.now(),
    snapshot,
    hiddenProcesses,
    owners:
      known ??
      new Map(snapshot.listeners.map((listener) => [listener.cookie, beginOwnerWatch(listener.holders)])),
    queues: new Map(namespaces.map(({ inode, eye }) => [inode, readQueues(eye, port)])),
    conntrack: conntracksOf(snapshot),
  };
}

function onlyPort(readings: NamespaceReadings, port: number): NamespaceReadings {
  const isPort = ({ local }: InetDiagSocket): boolean => local.port === port;
  return { ...readings, tcp: readings.tcp.filter(isPort), mptcp: readings.mptcp.filter(isPort) };
}

function rowsOfPort(rows: readonly InetDiagSocket[], port: number): InetDiagSocket[] {
  return rows.filter(({ local, state }) => local.port === port && state === "LISTEN");
}

function readQueues({ diag }: SeenNamespace["eye"], port: number): PortQueues {
  const families = ["ipv4", "ipv6"] as const;
  const options = { skmeminfo: false, localPort: port };
  const listeners = diag.sockets(["LISTEN"], families, options);
  const rows = diag.sockets(["ESTABLISHED", "CLOSE_WAIT"], families, { ...options, info: true });
  return { listeners, untaken: rows.filter(({ inode }) => inode === 0) };
}

function conntracksOf({ listeners, namespaces }: Snapshot): Map<number | "host", Conntrack> {
  const own = new Set(namespaces.filter(({ self }) => self).map(({ inode }) => inode));
  const found = new Map<number | "host", Conntrack>([["host", readConntrack()]]);
  for (const { namespace, process } of listeners)
    if (process !== null && !own.has(namespace)) found.set(namespace, readConntrack(process.pid));
  return found;
}

/** Whether anybody listens on the port. */
export function hasListener(eye: NamespaceEye, port: number): boolean {
  return rowsOfPort(eye.tables().tcp, port).length > 0;
}
