/**
 * What of a listener never changes while it listens. Pure: from the rows of complete dumps.
 *
 * @module
 */
import { formatEndpoint } from "../../wire/address.ts";
import { decodeUnixName } from "../../wire/name-text.ts";
import type { InetDiagSocket } from "../../wire/netlink/inet-diag-message.ts";
import type { UnixDiagSocket } from "../../wire/netlink/unix-diag.ts";

/** What every listener has. */
interface Named {
  /** The cookie as a number: unique in its namespace. The kernel counts cookies up, far from 2^53. */
  readonly key: number;
  readonly cookie: bigint;
  /** The one that its process holds, 0 if none does. */
  readonly inode: number;
}

/** A listener of the TCP table. */
export interface InetIdentity extends Named {
  readonly protocol: "tcp" | "mptcp";
  readonly family: "ipv4" | "ipv6";
  readonly v6only: boolean | null;
  readonly address: string;
  readonly port: number;
  readonly path: null;
  /** The device that it is bound to, 0 for any. */
  readonly interfaceIndex: number;
}

/** A listener of the unix table. */
export interface UnixIdentity extends Named {
  readonly protocol: "unix";
  readonly family: null;
  readonly v6only: null;
  readonly address: null;
  readonly port: null;
  /** Null for a listener without a name. */
  readonly path: string | null;
}

/** A listener's name and nature. */
export type ListenerIdentity = InetIdentity | UnixIdentity;

/** The key of a cookie's two halves. */
export function listenerKey(cookieHigh: number, cookieLow: number): number {
  return cookieHigh * 2 ** 32 + cookieLow;
}

/** The identities in a dump of the TCP table, with the MPTCP table beside it to tell which of them are MPTCP's. */
export function identify(tcp: readonly InetDiagSocket[], mptcp: readonly InetDiagSocket[]): InetIdentity[] {
  const owners = new Set(mptcp.map((row) => row.inode).filter((inode) => inode !== 0));
  const bindings = new Map(mptcp.map((row) => [bindingOf(row), row.inode]));
  return tcp.map((row): InetIdentity => {
    const orphanOwner = row.inode === 0 ? bindings.get(bindingOf(row)) : undefined;
    const isMptcp = owners.has(row.inode) || orphanOwner !== undefined;
    return {
      key: Number(row.cookie),
      cookie: row.cookie,
      protocol: isMptcp ? "mptcp" : "tcp",
      family: row.family,
      v6only: row.v6only,
      address: row.local.address,
      port: row.local.port,
      path: null,
      interfaceIndex: row.interfaceIndex,
      inode: orphanOwner ?? row.inode,
    };
  });
}

/** The identity of a listener in a dump of the unix table. */
export function identifyUnix({ cookie, inode, name }: UnixDiagSocket): UnixIdentity {
  return {
    key: Number(cookie),
    cookie,
    protocol: "unix",
    family: null,
    v6only: null,
    address: null,
    port: null,
    path: name === null ? null : decodeUnixName(name),
    inode,
  };
}

/** Equal for the members of a SO_REUSEPORT group, and only for them; unix listeners have no such groups. */
export function groupKey(identity: ListenerIdentity): string {
  if (identity.protocol === "unix") return `unix ${identity.key}`;
  const { family, interfaceIndex, address, port } = identity;
  return `${family} ${interfaceIndex} ${formatEndpoint(address, port)}`;
}

/** The name that the members of a group share. */
export function groupName({ interfaceIndex, address, port }: InetIdentity): string {
  return `${formatEndpoint(address, port)}${interfaceIndex === 0 ? "" : `%${interfaceIndex}`}`;
}

function bindingOf({ family, interfaceIndex, local }: InetDiagSocket): string {
  return `${family} ${interfaceIndex} ${formatEndpoint(local.address, local.port)}`;
}
