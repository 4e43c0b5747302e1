/**
 * The queues behind a port: listeners of the same namespace that are full, refuse or stand still, and to which a holder of the
 * port is connected. While nobody waits at another listener nothing but two lists of listeners is read.
 *
 * @module
 */
import { isNotSupported } from "../../../core/errors.ts";
import type { BehindFacts } from "../../../core/listener/course/course-facts.ts";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { unmapped } from "../../../core/wire/ip-address.ts";
import { decodeUnixName } from "../../../core/wire/name-text.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../../core/wire/netlink/unix-diag.ts";
import { readSocketInodes } from "../../linux/proc/process-sockets.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { StandingClients } from "./standing-clients.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
/** A connection that is being made, or that has been. */
const CONNECTED = ["SYN_SENT", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT1", "FIN_WAIT2"] as const;

interface Suspect {
  readonly inode: number;
  readonly port: number | null;
  readonly path: string | null;
  readonly place: string;
  readonly length: number;
  readonly capacity: number;
  readonly dropsRise: number | null;
  /** The inodes of the sockets that are connected to it; of a queue that only stands still, of those that stand there. */
  readonly peers: ReadonlySet<number>;
  readonly standing: number;
}

interface TroubledTcp {
  readonly row: InetDiagSocket;
  readonly dropsRise: number | null;
  /** Who waited at both looks. */
  readonly standing: readonly InetDiagSocket[];
}

/** Looks once when it is made, and once at `end`. */
export class BehindWatch {
  readonly #seen: SeenNamespace;
  readonly #port: number | null;
  readonly #dropsBefore: ReadonlyMap<bigint, number>;
  readonly #standing: StandingClients;
  #suspects: readonly Suspect[] = [];

  /** `port` is the one in front; null for a unix listener. */
  constructor(seen: SeenNamespace, port: number | null) {
    this.#seen = seen;
    this.#port = port;
    const listeners = this.#listeners();
    this.#dropsBefore = new Map(listeners.map((row) => [row.cookie, row.skmeminfo?.drops ?? 0]));
    this.#standing = new StandingClients(seen.eye.diag, listeners, this.#unixListeners());
  }

  /** The last look. */
  end(): void {
    const listeners = this.#listeners();
    this.#standing.end(listeners);
    const troubled = listeners.flatMap((row) => this.#troubledTcp(row) ?? []);
    const connections = troubled.length === 0 ? [] : this.#connections();
    const tcp = troubled.map((one) => tcpSuspect(one, connections));
    this.#suspects = [...tcp, ...this.#unixListeners().flatMap((row) => this.#troubledUnix(row) ?? [])];
  }

  /** Those to which one of these processes is connected, the fullest first. */
  of(holders: readonly ListenerProcess[]): BehindFacts[] {
    if (this.#suspects.length === 0) return [];
    const found = holders.map((process) => ({ process, inodes: new Set(readSocketInodes(process.pid)) }));
    return this.#suspects
      .flatMap((suspect) => describe(suspect, found) ?? [])
      .sort((a, b) => b.length / b.capacity - a.length / a.capacity);
  }

  #listeners(): InetDiagSocket[] {
    const rows = this.#seen.eye.diag.sockets(["LISTEN"], FAMILIES);
    return rows.filter(({ local }) => local.port !== this.#port);
  }

  #troubledTcp(row: InetDiagSocket): TroubledTcp | null {
    const before = this.#dropsBefore.get(row.cookie);
    const drops = row.skmeminfo?.drops ?? null;
    const dropsRise = before === undefined || drops === null ? null : (drops - before) >>> 0;
    const standing = this.#standing.at(row);
    return isFull(row) || (dropsRise ?? 0) > 0 || standing.length > 0 ? { row, dropsRise, standing } : null;
  }

  #connections(): InetDiagSocket[] {
    const rows = this.#seen.eye.diag.sockets(CONNECTED, FAMILIES, { skmeminfo: false });
    return rows.filter(({ inode }) => inode !== 0);
  }

  #troubledUnix(row: UnixDiagSocket): Suspect | null {
    const standing = this.#standing.atUnix(row);
    if (!isFull(row) && standing.length === 0) return null;
    const path = row.name === null ? null : decodeUnixName(row.name);
    return {
      inode: row.inode,
      port: null,
      path,
      place: path ?? "an unnamed unix listener",
      length: row.receiveQueue ?? 0,
      capacity: (row.sendQueue ?? 0) + 1,
      dropsRise: null,
      peers: new Set(isFull(row) ? row.pending : standing),
      standing: standing.length,
    };
  }

  #unixListeners(): UnixDiagSocket[] {
    try {
      return this.#seen.eye.diag.unixSockets(["LISTEN"]);
    } catch (error) {
      if (isNotSupported(error)) return [];
      throw error;
    }
  }
}

/** A queue takes one more than its limit, one of unix too. */
function isFull({ receiveQueue, sendQueue }: Pick<UnixDiagSocket, "receiveQueue" | "sendQueue">): boolean {
  return (receiveQueue ?? 0) > (sendQueue ?? Number.POSITIVE_INFINITY);
}

function tcpSuspect(
  { row, dropsRise, standing }: TroubledTcp,
  connections: readonly InetDiagSocket[],
): Suspect {
  const { inode, local, receiveQueue, sendQueue } = row;
  const leading = connections.filter((connection) => leadsTo(connection, row));
  const waiting = new Set(
    standing.map(({ remote }) => formatEndpoint(unmapped(remote.address), remote.port)),
  );
  const isAtFault = isFull(row) || (dropsRise ?? 0) > 0;
  const peers = isAtFault
    ? leading
    : leading.filter((one) => waiting.has(formatEndpoint(unmapped(one.local.address), one.local.port)));
  return {
    inode,
    port: local.port,
    path: null,
    place: formatEndpoint(local.address, local.port),
    length: receiveQueue,
    capacity: sendQueue + 1,
    dropsRise,
    peers: new Set(peers.map((connection) => connection.inode)),
    standing: standing.length,
  };
}

/** A listener on all addresses is reached by loopback and by an address of this machine, which is then both ends'. */
function leadsTo({ local, remote }: InetDiagSocket, listener: InetDiagSocket): boolean {
  if (remote.port !== listener.local.port) return false;
  const target = unmapped(remote.address);
  const wanted = unmapped(listener.local.address);
  if (wanted === target) return true;
  if (wanted !== "0.0.0.0" && wanted !== "::") return false;
  return target === unmapped(local.address) || target === "::1" || target.startsWith("127.");
}

function describe(
  suspect: Suspect,
  holders: readonly { readonly process: ListenerProcess; readonly inodes: ReadonlySet<number> }[],
): BehindFacts | null {
  const counts = holders.map(({ process, inodes }) => ({
    process,
    connections: [...suspect.peers].filter((inode) => inodes.has(inode)).length,
  }));
  const [most] = [...counts].sort((a, b) => b.connections - a.connections);
  if (most === undefined || most.connections === 0) return null;
  const { place, port, path, length, capacity, dropsRise, standing, inode } = suspect;
  const process = findSocketHolders([inode]).holders.get(inode)?.[0] ?? null;
  return {
    place,
    port,
    path,
    process,
    length,
    capacity,
    dropsRise,
    standing,
    by: most.process,
    connections: most.connections,
  };
}
