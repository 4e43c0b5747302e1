/**
 * What the kernel says about one of our own sockets by TCP_INFO. Only the two fields that mean something on a listener;
 * listeners of other processes are asked for by sock_diag (wire/inet-diag).
 *
 * @module
 */
import { checked } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";

const IPPROTO_TCP = 6;
const TCP_INFO = 11;

/** The kernel fills as much as fits, so a structure that has grown since does no harm. */
const TCP_INFO_BYTES = 104;

/** The accept queue of a listener. */
export interface ListenerQueue {
  /** Connections that wait for accept() now: `sk_ack_backlog`. */
  readonly length: number;
  /** What the kernel keeps of the backlog, min(backlog, somaxconn): `sk_max_ack_backlog`. */
  readonly limit: number;
}

/**
 * The accept queue of a listener of ours. On a socket in LISTEN the kernel puts the length into `tcpi_unacked` (at 24)
 * and the limit into `tcpi_sacked` (at 28); on any other socket the numbers mean something else.
 *
 * @throws {SyscallError}
 * @kernel net/ipv4/tcp.c tcp_get_info() v6.18
 */
export function readListenerQueue(listenerFd: number): ListenerQueue {
  const info = new Uint8Array(TCP_INFO_BYTES);
  const length = Uint8Array.of(TCP_INFO_BYTES, 0, 0, 0);
  checked("getsockopt TCP_INFO", libc.getsockopt(listenerFd, IPPROTO_TCP, TCP_INFO, info, length));
  const view = new DataView(info.buffer);
  return { length: view.getUint32(24, true), limit: view.getUint32(28, true) };
}
