/**
 * What of a listener never changes while it listens. Pure: from the rows of a complete dump.
 *
 * @module
 */
import { formatEndpoint } from "../../wire/address.ts";
import type { InetDiagSocket } from "../../wire/inet-diag.ts";

/** A listener's name and nature. */
export interface ListenerIdentity {
  /** The cookie as a number: unique in its namespace. The kernel counts cookies up, far from 2^53. */
  readonly key: number;
  readonly cookie: bigint;
  readonly protocol: "tcp" | "mptcp";
  readonly family: "ipv4" | "ipv6";
  readonly v6only: boolean | null;
  readonly address: string;
  readonly port: number;
  /** The device that it is bound to, 0 for any. */
  readonly interfaceIndex: number;
  /** The one that its process holds, 0 if none does. */
  readonly inode: number;
}

/** The key of a cookie's two halves. */
export function listenerKey(cookieHigh: number, cookieLow: number): number {
  return cookieHigh * 2 ** 32 + cookieLow;
}

/** The identities in a dump of the TCP table, with the MPTCP table beside it to tell which of them are MPTCP's. */
export function identify(
  tcp: readonly InetDiagSocket[],
  mptcp: readonly InetDiagSocket[],
): ListenerIdentity[] {
  const owners = new Set(mptcp.map((row) => row.inode).filter((inode) => inode !== 0));
  const bindings = new Map(mptcp.map((row) => [bindingOf(row), row.inode]));
  return tcp.map((row): ListenerIdentity => {
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
      interfaceIndex: row.interfaceIndex,
      inode: orphanOwner ?? row.inode,
    };
  });
}

/** Equal for the members of a SO_REUSEPORT group, and only for them. */
export function groupKey({ family, interfaceIndex, address, port }: ListenerIdentity): string {
  return `${family} ${interfaceIndex} ${formatEndpoint(address, port)}`;
}

/** The name that the members of a group share. */
export function groupName({ interfaceIndex, address, port }: ListenerIdentity): string {
  return `${formatEndpoint(address, port)}${interfaceIndex === 0 ? "" : `%${interfaceIndex}`}`;
}

function bindingOf({ family, interfaceIndex, local }: InetDiagSocket): string {
  return `${family} ${interfaceIndex} ${formatEndpoint(local.address, local.port)}`;
}
