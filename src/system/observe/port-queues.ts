/**
 * Who waits at the listeners of one port, read from the kernel.
 *
 * @module
 */
import type { PortQueues } from "../../core/listener/waiting-clients.ts";
import type { SockDiag } from "../linux/netlink/sock-diag.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;

/** Two readings, one right after the other. */
export type PortLook = readonly [PortQueues, PortQueues];

/** Looks at a port twice. Each time the kernel walks its table of connections. @throws {SyscallError} */
export function lookAtPort(diag: SockDiag, port: number): PortLook {
  return [readPortQueues(diag, port), readPortQueues(diag, port)];
}

function readPortQueues(diag: SockDiag, port: number): PortQueues {
  const options = { skmeminfo: false, localPort: port };
  const waiting = { ...options, info: true, onlyUntaken: true };
  const untaken = diag.sockets(["ESTABLISHED", "CLOSE_WAIT"], FAMILIES, waiting);
  return { untaken, listeners: diag.sockets(["LISTEN"], FAMILIES, options) };
}
