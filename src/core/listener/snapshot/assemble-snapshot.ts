/**
 * From the kernel's rows to the snapshot that `ls` prints. Pure: what was read comes in, the document goes out. Unix
 * listeners are described in unix-listener.ts, findings are added by find-in-snapshot.ts.
 *
 * @module
 */

import { eraOf } from "../../model/rules/kernel-era.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";
import { estimateRefusals, type RefusalEstimate } from "../drops/refusal-estimate.ts";
import { limitOrigin } from "../limit-origin.ts";
import { findSoftware } from "../software/find-software.ts";
import { synQueueBounds } from "../syn-queue-capacity.ts";
import { synQueueLengths } from "../syn-queue-lengths.ts";
import type { ObservedListener, Snapshot, SnapshotNamespace } from "./snapshot-document.ts";
import type { NamespaceReadings, SnapshotReadings } from "./snapshot-readings.ts";
import { describeUnixListeners } from "./unix-listener.ts";

/** Puts a snapshot together, without findings. */
export function assembleSnapshot(readings: SnapshotReadings): Snapshot {
  const { kernel, takenAt, namespaces } = readings;
  return {
    takenAt: takenAt.toISOString(),
    kernel: { release: kernel.release, era: eraOf(kernel.version), eraBy: "version" },
    namespaces: namespaces.map(({ namespace }) => namespace),
    listeners: namespaces.flatMap((one) => [
      ...describeTcpListeners(one, readings),
      ...describeUnixListeners(one, readings),
    ]),
    findings: [],
  };
}

function describeTcpListeners(one: NamespaceReadings, readings: SnapshotReadings): ObservedListener[] {
  const rows = withoutRepeats(one.tcp);
  const listeners = mergeMptcp(ofState(rows, "LISTEN"), withoutRepeats(ofState(one.mptcp, "LISTEN")));
  const sockets = listeners.map((listener) => listener.socket);
  const lengths = synQueueLengths(sockets, ofState(rows, "SYN_RECV"));
  const groups = groupNames(sockets);
  const refusals = estimateRefusals(sockets.map(dropsOf), one.namespace.counters["ListenDrops"] ?? null);
  return listeners.map(({ socket, protocol }, index) =>
    describeListener(socket, {
      readings,
      namespace: one.namespace,
      protocol,
      synQueueLength: lengths[index] ?? null,
      group: groups.get(bindingOf(socket)) ?? null,
      refusals: refusals[index] ?? { value: null, exact: false },
    }),
  );
}

interface ListenerReadings {
  readonly readings: SnapshotReadings;
  readonly namespace: SnapshotNamespace;
  readonly protocol: "tcp" | "mptcp";
  readonly synQueueLength: number | null;
  readonly group: string | null;
  readonly refusals: RefusalEstimate;
}

function describeListener(socket: InetDiagSocket, its: ListenerReadings): ObservedListener {
  const { readings, namespace, protocol, synQueueLength, group, refusals } = its;
  const limit = socket.sendQueue;
  const holders = readings.holders.get(socket.inode) ?? [];
  const process = holders[0] ?? null;
  return {
    namespace: namespace.inode,
    protocol,
    family: socket.family,
    v6only: socket.v6only,
    address: socket.local.address,
    port: socket.local.port,
    path: null,
    group,
    acceptQueue: { length: socket.receiveQueue, limit, capacity: limit + 1 },
    synQueue: {
      length: synQueueLength,
      ...synQueueBounds(limit, { version: readings.kernel.version, ...namespace.sysctls }),
    },
    drops: dropsOf(socket),
    refusals,
    process,
    container: process === null ? null : (readings.containers.get(process.pid) ?? null),
    ...limitOrigin(limit, namespace.sysctls.somaxconn, findSoftware(process?.name)),
    findings: [],
    cookie: socket.cookie,
    inode: socket.inode,
    interfaceIndex: socket.interfaceIndex,
    uid: socket.uid,
    holders,
  };
}

function dropsOf({ skmeminfo }: InetDiagSocket): number | null {
  return skmeminfo?.drops ?? null;
}

function ofState(rows: readonly InetDiagSocket[], state: InetDiagSocket["state"]): InetDiagSocket[] {
  return rows.filter((row) => row.state === state);
}

/** A dump is no snapshot, so a socket that moved in its table may come twice; its cookie tells. */
function withoutRepeats(rows: readonly InetDiagSocket[]): InetDiagSocket[] {
  return [...new Map(rows.map((row) => [row.cookie, row])).values()];
}

interface ProtocolSocket {
  readonly socket: InetDiagSocket;
  readonly protocol: "tcp" | "mptcp";
}

/**
 * An MPTCP listener stands in both tables: TCP's row has its drops, MPTCP's the inode that its process holds (since
 * Linux 5.7 or so both have the same). It becomes one. A row of the MPTCP table with the cookie of a TCP socket *is* that
 * socket, shown by a kernel that overlooked which table was asked for.
 */
function mergeMptcp(tcp: readonly InetDiagSocket[], mptcp: readonly InetDiagSocket[]): ProtocolSocket[] {
  const tcpCookies = new Set(tcp.map((row) => row.cookie));
  const genuine = mptcp.filter((row) => !tcpCookies.has(row.cookie));
  const subflows = new Map<InetDiagSocket, InetDiagSocket>();
  for (const row of genuine) {
    const subflow = tcp.find((candidate) => !subflows.has(candidate) && isSubflow(candidate, row));
    if (subflow !== undefined) subflows.set(subflow, row);
  }
  const merged = tcp.map((socket): ProtocolSocket => {
    const owner = subflows.get(socket);
    if (owner === undefined) return { socket, protocol: "tcp" };
    return { socket: { ...socket, inode: owner.inode }, protocol: "mptcp" };
  });
  const matched = new Set(subflows.values());
  const alone = genuine.filter((row) => !matched.has(row));
  return [
    ...merged,
    ...alone.map((row) => ({ socket: { ...row, skmeminfo: null }, protocol: "mptcp" as const })),
  ];
}

function isSubflow(tcp: InetDiagSocket, mptcp: InetDiagSocket): boolean {
  return tcp.inode === 0 ? bindingOf(tcp) === bindingOf(mptcp) : tcp.inode === mptcp.inode;
}

/** Equal for sockets that only SO_REUSEPORT lets exist beside each other. */
function bindingOf({ family, local, interfaceIndex }: InetDiagSocket): string {
  return `${family} ${interfaceIndex} ${formatEndpoint(local.address, local.port)}`;
}

function groupNames(listeners: readonly InetDiagSocket[]): Map<string, string> {
  const seen = new Set<string>();
  const names = new Map<string, string>();
  for (const listener of listeners) {
    const binding = bindingOf(listener);
    const device = listener.interfaceIndex === 0 ? "" : `%${listener.interfaceIndex}`;
    const { address, port } = listener.local;
    if (seen.has(binding)) names.set(binding, `${formatEndpoint(address, port)}${device}`);
    seen.add(binding);
  }
  return names;
}
