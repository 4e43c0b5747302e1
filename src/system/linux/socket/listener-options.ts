/**
 * The socket options by which a program changes what a listener does with handshakes, and the client's side of Fast Open.
 * Each returns 0 or the negative errno, because the lab records it as it records any other call.
 *
 * @module
 */
import { resultOrErrno } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";

const IPPROTO_TCP = 6;
/** @kernel include/uapi/linux/tcp.h TCP_DEFER_ACCEPT v6.18 */
const TCP = { DEFER_ACCEPT: 9, FASTOPEN: 23, FASTOPEN_CONNECT: 30 } as const;

/** A listener shows a connection to accept() only when its data is there, for about so many seconds. */
export function deferAccept(listenerFd: number, seconds: number): number {
  return setTcpOption(listenerFd, TCP.DEFER_ACCEPT, seconds);
}

/** A listener takes data that comes with a SYN, with at most so many such requests waiting. */
export function allowFastOpen(listenerFd: number, mostRequests: number): number {
  return setTcpOption(listenerFd, TCP.FASTOPEN, mostRequests);
}

/** connect() waits for the first send(), whose data goes with the SYN. */
export function connectByFastOpen(fd: number): number {
  return setTcpOption(fd, TCP.FASTOPEN_CONNECT, 1);
}

function setTcpOption(fd: number, name: number, value: number): number {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return resultOrErrno(libc.setsockopt(fd, IPPROTO_TCP, name, bytes, 4));
}
