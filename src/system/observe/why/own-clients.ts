/**
 * Connections that a listener's own holders have made to it and that wait in its queue: a server that asks itself while nobody of
 * it is free to answer.
 *
 * @module
 */
import type { OwnClients } from "../../../core/listener/course/course-facts.ts";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { unmapped } from "../../../core/wire/ip-address.ts";
import type { SockDiag } from "../../linux/netlink/sock-diag.ts";
import { readSocketInodes } from "../../linux/proc/process-sockets.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
/** The states of a client's end while the other one waits for accept(). */
const CLIENT_ENDS = ["ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2"] as const;

/** The inodes of the clients' ends on this machine, of those that wait at a port now. The kernel's table is walked only if somebody does. */
export function waitingClientEnds(diag: Pick<SockDiag, "sockets">, port: number): ReadonlySet<number> {
  const options = { skmeminfo: false, onlyUntaken: true, localPort: port };
  const untaken = diag.sockets(["ESTABLISHED", "CLOSE_WAIT"], FAMILIES, options);
  if (untaken.length === 0) return new Set();
  const waiting = new Set(untaken.map(({ remote }) => formatEndpoint(unmapped(remote.address), remote.port)));
  const ends = diag.sockets(CLIENT_ENDS, FAMILIES, { skmeminfo: false, remotePort: port });
  const own = ends.filter(
    ({ inode, local }) => inode !== 0 && waiting.has(formatEndpoint(unmapped(local.address), local.port)),
  );
  return new Set(own.map(({ inode }) => inode));
}

/** Which of these processes has most of those ends; null if none has any. */
export function ownClients(
  ends: ReadonlySet<number>,
  holders: readonly ListenerProcess[],
  inodesOf: (pid: number) => readonly number[] = readSocketInodes,
): OwnClients | null {
  if (ends.size === 0) return null;
  const counts = holders.map((process) => ({
    process,
    connections: inodesOf(process.pid).filter((inode) => ends.has(inode)).length,
  }));
  const [most] = [...counts].sort((a, b) => b.connections - a.connections);
  return most === undefined || most.connections === 0 ? null : most;
}
