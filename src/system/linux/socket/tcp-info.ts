/**
 * What the kernel says about one of our own sockets by TCP_INFO. A listener's two fields, and what a connection's handshake
 * took; listeners of other processes are asked for by sock_diag (wire/inet-diag).
 *
 * @module
 */
import { checked } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";

const IPPROTO_TCP = 6;
const TCP_INFO = 11;

/** `tcpi_bytes_acked`, a 64-bit number, ends here; kernels before 4.1 do not have it. */
const CONNECTION_BYTES = 128;

/** What a connection's handshake took. */
export interface ConnectionRetries {
  /** Segments sent again in the connection's life: before it is connected, SYNs alone. */
  readonly totalRetrans: number;
  /** Whether the peer acknowledged anything after the SYN. */
  readonly isAcknowledged: boolean;
}

const connectionInfo = new Uint8Array(CONNECTION_BYTES);
const connectionView = new DataView(connectionInfo.buffer);
const connectionLength = new Uint8Array(4);

/**
 * Of a connection of ours, also one that has failed: `tcpi_total_retrans` (at 100) and `tcpi_bytes_acked` (at 120), which counts
 * the SYN as one.
 *
 * @kernel net/ipv4/tcp.c tcp_get_info() v6.18
 */
export function readConnectionRetries(fd: number): ConnectionRetries | null {
  connectionLength[0] = CONNECTION_BYTES;
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, connectionInfo, connectionLength) < 0) return null;
  return {
    totalRetrans: connectionView.getUint32(100, true),
    isAcknowledged: connectionView.getBigUint64(120, true) > 1n,
  };
}

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
