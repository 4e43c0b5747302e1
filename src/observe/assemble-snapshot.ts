/**
 * From the kernel's rows to the snapshot that `ls` prints. Pure: what was read comes in, the document goes out.
 *
 * @module
 */
import { formatEndpoint } from "../wire/address.ts";
import type { InetDiagSocket } from "../wire/index.ts";
import { eraOf } from "./kernel-era.ts";
import { limitOrigin } from "./limit-origin.ts";
import type { ListenerProcess, Snapshot, SnapshotListener, SnapshotNamespace } from "./snapshot-document.ts";
import { synQueueBounds } from "./syn-queue-capacity.ts";
import { synQueueLengths } from "./syn-queue-lengths.ts";

/** What was read of one namespace. */
export interface SnapshotReadings {
  readonly takenAt: Date;
  readonly release: string;
  readonly namespace: SnapshotNamespace;
  /** Rows of the TCP table in LISTEN and SYN_RECV, of both families. */
  readonly tcp: readonly InetDiagSocket[];
  /** Rows of the MPTCP table in LISTEN. */
  readonly mptcp: readonly InetDiagSocket[];
  /** Holders by inode, the one to name first. */
  readonly holders: ReadonlyMap<number, readonly ListenerProcess[]>;
}

/** Puts a snapshot together. */
export function assembleSnapshot(readings: SnapshotReadings): Snapshot {
  const { release, takenAt, namespace } = readings;
  const rows = withoutRepeats(readings.tcp);
  const listeners = mergeMptcp(ofState(rows, "LISTEN"), withoutRepeats(ofState(readings.mptcp, "LISTEN")));
  const sockets = listeners.map((listener) => listener.socket);
  const lengths = synQueueLengths(sockets, ofState(rows, "SYN_RECV"));
  const groups = groupNames(sockets);
  return {
    takenAt: takenAt.toISOString(),
    kernel: { release, era: eraOf(release), eraBy: "version" },
    namespaces: [namespace],
    listeners: listeners.map(({ socket, protocol }, index) =>
      describeListener(socket, {
        readings,
        protocol,
        synQueueLength: lengths[index] ?? null,
        group: groups.get(bindingOf(socket)) ?? null,
      }),
    ),
    findings: [],
  };
}

interface Surroundings {
  readonly readings: SnapshotReadings;
  readonly protocol: "tcp" | "mptcp";
  readonly synQueueLength: number | null;
  readonly group: string | null;
}

function describeListener(socket: InetDiagSocket, surroundings: Surroundings): SnapshotListener {
  const { readings, protocol, synQueueLength, group } = surroundings;
  const { namespace, release, holders } = readings;
  const limit = socket.sendQueue;
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
    synQueue: { length: synQueueLength, ...synQueueBounds(limit, { release, ...namespace.sysctls }) },
    drops: socket.skmeminfo?.drops ?? null,
    refusals: { value: null, exact: false },
    process: holders.get(socket.inode)?.[0] ?? null,
    container: null,
    ...limitOrigin(limit, namespace.sysctls.somaxconn),
    findings: [],
  };
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
