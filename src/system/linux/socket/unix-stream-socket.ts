/**
 * AF_UNIX stream sockets by abstract name, for the lab. What works the same on them as on TCP (listen, accept, send, recv,
 * close) is in tcp-socket.ts.
 *
 * @module
 */
import { checked, resultOrErrno } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";
import { AF, encodeAbstractSockaddr } from "./sockaddr.ts";

const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;

/** Opens a non-blocking one. @throws {SyscallError} */
export function openUnixSocket(): number {
  return checked("unix socket", libc.socket(AF.UNIX, SOCK_STREAM_NONBLOCK_CLOEXEC, 0));
}

/** Gives it an abstract name. @throws {SyscallError} */
export function bindUnixSocket(fd: number, name: string): void {
  const address = encodeAbstractSockaddr(name);
  checked("bind", libc.bind(fd, address, address.length));
}

/**
 * connect(2): 0, or the negative errno. There is no handshake: the connection is in the accept queue at once, or the call
 * says `-EAGAIN` because the queue is full (a blocking one would wait).
 *
 * @kernel net/unix/af_unix.c unix_stream_connect() v6.18
 */
export function connectUnixSocket(fd: number, name: string): number {
  const address = encodeAbstractSockaddr(name);
  return resultOrErrno(libc.connect(fd, address, address.length));
}
