/**
 * TCP sockets by explicit, non-blocking system calls, so that the moment of each call is the caller's choice.
 * A result that a scenario observes (EAGAIN, ECONNRESET) is returned as a negative errno; only misuse throws.
 *
 * @module
 */
import { checked, ERRNO, resultOrErrno, syscallError } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";
import { AF, decodeSockaddr, encodeSockaddr, familyOf } from "./sockaddr.ts";

const SOCK = { STREAM: 1, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;
const SOL = { SOCKET: 1, IPPROTO_IP: 0, IPPROTO_IPV6: 41 } as const;
const IP_BIND_ADDRESS_NO_PORT = 24;
const SO = { REUSEADDR: 2, ERROR: 4, LINGER: 13, REUSEPORT: 15 } as const;
const IPV6_V6ONLY = 26;
const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;
/** The longest address that accept() fills in: `struct sockaddr_un`. */
const SOCKADDR_BYTES = 110;

/** Sets an integer socket option. @throws {SyscallError} */
export function setIntegerOption(fd: number, level: number, name: number, value: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  checked("setsockopt", libc.setsockopt(fd, level, name, bytes, 4));
}

/** Opens a non-blocking TCP socket for the family of an address. @throws {SyscallError} */
export function openTcpSocket(address: string): number {
  return throwIfFailed("socket", tryOpenTcpSocket(address));
}

/** The same, but a failure is the negative errno. */
export function tryOpenTcpSocket(address: string): number {
  const type = SOCK.STREAM | SOCK.NONBLOCK | SOCK.CLOEXEC;
  return resultOrErrno(libc.socket(familyOf(address), type, 0));
}

/** How a listener is set up. */
export interface ListenerOptions {
  readonly address: string;
  readonly port: number;
  /** What listen() is given: any 32-bit integer, also negative. */
  readonly backlog: number;
  readonly reusePort?: boolean;
  /** IPv6 only: false also takes IPv4 clients on `"::"`. */
  readonly v6only?: boolean;
}

/** Opens, binds and listens. @throws {SyscallError} such as EADDRINUSE, EADDRNOTAVAIL, EACCES; nothing stays open then */
export function openListener(options: ListenerOptions): number {
  const fd = openTcpSocket(options.address);
  try {
    shareAddress(fd, options.reusePort ?? false);
    if (options.v6only !== undefined && familyOf(options.address) === AF.INET6) {
      setIntegerOption(fd, SOL.IPPROTO_IPV6, IPV6_V6ONLY, options.v6only ? 1 : 0);
    }
    bindSocket(fd, options.address, options.port);
    throwIfFailed("listen", listenOn(fd, options.backlog));
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** bind(2). @throws {SyscallError} */
export function bindSocket(fd: number, address: string, port: number): void {
  const sockaddr = encodeSockaddr(address, port);
  checked("bind", libc.bind(fd, sockaddr, sockaddr.length));
}

/** Lets a listener come back at once after another one, and (with `reusePort`) beside others. @throws {SyscallError} */
export function shareAddress(fd: number, reusePort: boolean): void {
  setIntegerOption(fd, SOL.SOCKET, SO.REUSEADDR, 1);
  if (reusePort) setIntegerOption(fd, SOL.SOCKET, SO.REUSEPORT, 1);
}

/** listen(2), also again on a listening socket: 0, or the negative errno. */
export function listenOn(fd: number, backlog: number): number {
  return resultOrErrno(libc.listen(fd, backlog));
}

/** A connection taken from the accept queue. */
export interface Accepted {
  readonly fd: number;
  /** The client's endpoint. */
  readonly remote: string;
}

/** accept4(2): a connection, or the negative errno (`-EAGAIN` when the queue is empty). */
export function acceptFrom(listenerFd: number): Accepted | number {
  const address = new Uint8Array(SOCKADDR_BYTES);
  const length = Uint8Array.of(SOCKADDR_BYTES, 0, 0, 0);
  const fd = resultOrErrno(libc.accept4(listenerFd, address, length, SOCK.NONBLOCK | SOCK.CLOEXEC));
  return fd < 0 ? fd : { fd, remote: decodeSockaddr(address.subarray(0, length[0])) ?? "unknown" };
}

/** connect(2) without waiting: 0, or the negative errno (`-EINPROGRESS` as a rule). */
export function connectTo(fd: number, address: string, port: number): number {
  return connectToSockaddr(fd, encodeSockaddr(address, port));
}

/** The same to an address that is encoded already. */
export function connectToSockaddr(fd: number, sockaddr: Uint8Array): number {
  return resultOrErrno(libc.connect(fd, sockaddr, sockaddr.length));
}

/**
 * Gives a socket its local address and leaves the port to connect(), which then looks for one that is free for this
 * destination and not for all.
 *
 * @returns 0, or the negative errno
 */
export function bindAddressOnly(fd: number, sockaddr: Uint8Array): number {
  const one = Uint8Array.of(1, 0, 0, 0);
  libc.setsockopt(fd, SOL.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, one, 4);
  return resultOrErrno(libc.bind(fd, sockaddr, sockaddr.length));
}

/** The error that a socket holds (SO_ERROR), as a positive errno; 0 for none. Reading clears it. */
export function pendingError(fd: number): number {
  const value = new Uint8Array(4);
  const length = Uint8Array.of(4, 0, 0, 0);
  checked("getsockopt", libc.getsockopt(fd, SOL.SOCKET, SO.ERROR, value, length));
  return new DataView(value.buffer).getInt32(0, true);
}

/** The local endpoint of a socket. @throws {SyscallError} */
export function localEndpoint(fd: number): string {
  const address = new Uint8Array(28);
  const length = Uint8Array.of(address.length, 0, 0, 0);
  checked("getsockname", libc.getsockname(fd, address, length));
  return decodeSockaddr(address) ?? "unknown";
}

const ownSockaddr = new Uint8Array(28);
const ownLength = new Uint8Array(4);

/** The local address of a socket as the kernel writes it, in a buffer that the next call uses again; null where it has none. */
export function localSockaddr(fd: number): Uint8Array | null {
  ownLength[0] = ownSockaddr.length;
  return libc.getsockname(fd, ownSockaddr, ownLength) < 0 ? null : ownSockaddr;
}

/** send(2) without SIGPIPE: bytes taken by the kernel, or the negative errno. */
export function sendOn(fd: number, bytes: Uint8Array): number {
  return resultOrErrno(libc.send(fd, bytes, bytes.length, MSG_NOSIGNAL));
}

/** recv(2): bytes read into the buffer, 0 at the end of the stream, or the negative errno. */
export function receiveFrom(fd: number, into: Uint8Array): number {
  return resultOrErrno(libc.recv(fd, into, into.length, 0));
}

/** Ends our half of the connection: sends FIN after what is queued. Returns 0 or the negative errno. */
export function finishSending(fd: number): number {
  return resultOrErrno(libc.shutdown(fd, SHUT_WR));
}

/** Makes the next close() send RST instead of FIN. @throws {SyscallError} */
export function resetOnClose(fd: number): void {
  const linger = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
  checked("setsockopt", libc.setsockopt(fd, SOL.SOCKET, SO.LINGER, linger, linger.length));
}

/** close(2): 0, or the negative errno. */
export function closeSocket(fd: number): number {
  return resultOrErrno(libc.close(fd));
}

/** True when a connect() goes on by itself; it can be watched for writability. */
export function isInProgress(result: number): boolean {
  return result === -ERRNO.EINPROGRESS;
}

/** True for the results that mean "not now": the descriptor should be watched instead. */
export function isNotYet(result: number): boolean {
  return result === -ERRNO.EAGAIN || result === -ERRNO.EINPROGRESS;
}

/** Throws what a negative result says. @throws {SyscallError} */
export function throwIfFailed(operation: string, result: number): number {
  if (result < 0) throw syscallError(operation, -result);
  return result;
}
