/**
 * The queues behind a port: listeners of the same namespace that are full or refuse, and to which a holder of the port is
 * connected. While no other listener is in trouble nothing but two lists of listeners is read.
 *
 * @module
 */
import { isNotSupported } from "../../../core/errors.ts";
import type { BehindFacts } from "../../../core/listener/course/course-facts.ts";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { decodeUnixName } from "../../../core/wire/name-text.ts";
import type { InetDiagSocket } from "../../../core/wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../../core/wire/netlink/unix-diag.ts";
import { readSocketInodes } from "../../linux/proc/process-sockets.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import type { SeenNamespace } from "../namespace-scope.ts";

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
  /** The inodes of the sockets that are connected to it. */
  readonly peers: ReadonlySet<number>;
}

/** Looks once when it is made, and once at `end`. */
export class BehindWatch {
  readonly #seen: SeenNamespace;
  readonly #port: number | null;
  readonly #dropsBefore: ReadonlyMap<bigint, number>;
  #suspects: readonly Suspect[] = [];

  /** `port` is the one in front; null for a unix listener. */
  constructor(seen: SeenNamespace, port: number | null) {
    this.#seen = seen;
    this.#port = port;
    this.#dropsBefore = new Map(this.#listeners().map((row) => [row.cookie, row.skmeminfo?.drops ?? 0]));
  }

  /** The last look. */
  end(): void {
    const troubled = this.#listeners().flatMap((row) => this.#troubledTcp(row) ?? []);
    const connections = troubled.length === 0 ? [] : this.#connections();
    const tcp = troubled.map(({ row, dropsRise }) => tcpSuspect(row, dropsRise, connections));
    this.#suspects = [...tcp, ...this.#troubledUnix().map(unixSuspect)];
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

  #troubledTcp(
    row: InetDiagSocket,
  ): { readonly row: InetDiagSocket; readonly dropsRise: number | null } | null {
    const before = this.#dropsBefore.get(row.cookie);
    const drops = row.skmeminfo?.drops ?? null;
    const dropsRise = before === undefined || drops === null ? null : (drops - before) >>> 0;
    return row.receiveQueue > row.sendQueue || (dropsRise ?? 0) > 0 ? { row, dropsRise } : null;
  }

  #connections(): InetDiagSocket[] {
    const rows = this.#seen.eye.diag.sockets(CONNECTED, FAMILIES, { skmeminfo: false });
    return rows.filter(({ inode }) => inode !== 0);
  }

  /** A queue of unix takes one more than its limit, as TCP's does. */
  #troubledUnix(): UnixDiagSocket[] {
    try {
      return this.#seen.eye.diag
        .unixSockets(["LISTEN"])
        .filter(
          ({ receiveQueue, sendQueue }) => (receiveQueue ?? 0) > (sendQueue ?? Number.POSITIVE_INFINITY),
        );
    } catch (error) {
      if (isNotSupported(error)) return [];
      throw error;
    }
  }
}

function tcpSuspect(
  row: InetDiagSocket,
  dropsRise: number | null,
  connections: readonly InetDiagSocket[],
): Suspect {
  const { inode, local, receiveQueue, sendQueue } = row;
  const peers = connections
    .filter((connection) => leadsTo(connection, row))
    .map((connection) => connection.inode);
  const place = formatEndpoint(local.address, local.port);
  return {
    inode,
    port: local.port,
    path: null,
    place,
    length: receiveQueue,
    capacity: sendQueue + 1,
    dropsRise,
    peers: new Set(peers),
  };
}

function unixSuspect({ inode, name, receiveQueue, sendQueue, pending }: UnixDiagSocket): Suspect {
  const path = name === null ? null : decodeUnixName(name);
  return {
    inode,
    port: null,
    path,
    place: path ?? "an unnamed unix listener",
    length: receiveQueue ?? 0,
    capacity: (sendQueue ?? 0) + 1,
    dropsRise: null,
    peers: new Set(pending),
  };
}

/** A listener on all addresses is reached by loopback and by an address of this machine, which is then both ends'. */
function leadsTo({ local, remote }: InetDiagSocket, listener: InetDiagSocket): boolean {
  if (remote.port !== listener.local.port) return false;
  const target = plain(remote.address);
  const wanted = plain(listener.local.address);
  if (wanted === target) return true;
  if (wanted !== "0.0.0.0" && wanted !== "::") return false;
  return target === plain(local.address) || target === "::1" || target.startsWith("127.");
}

function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
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
  const { place, port, path, length, capacity, dropsRise, inode } = suspect;
  const process = findSocketHolders([inode]).holders.get(inode)?.[0] ?? null;
  return {
    place,
    port,
    path,
    process,
    length,
    capacity,
    dropsRise,
    by: most.process,
    connections: most.connections,
  };
}
