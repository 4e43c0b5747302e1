/**
 * The C library, by koffi: one typed function per system call that listenq makes, and nothing else.
 * This folder is the only place that imports koffi. Values here are the kernel's own (file descriptors, flags, errno);
 * the rooms above give them meaning.
 *
 * @module
 */
import { type Koffi, loadKoffi } from "./load-koffi.ts";

type Call = (...args: unknown[]) => number;

/** A function of the C library that is looked up when it is called for the first time. */
function declare(prototype: string): Call {
  let call: Call = (...args) => {
    call = loadKoffi().load(null).func(prototype);
    return call(...args);
  };
  return (...args) => call(...args);
}

/** An argument of a bare system call. */
type Word = number | bigint;

/** The raw calls: each returns what C returns, -1 meaning "see errno". */
export interface LibC {
  unshare(flags: number): number;
  setns(fd: number, type: number): number;
  prctl(option: number, a: number, b: number, c: number, d: number): number;
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  listen(fd: number, backlog: number): number;
  accept4(fd: number, address: Uint8Array, length: Uint8Array, flags: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  read(fd: number, bytes: Uint8Array, length: number): number;
  recvmsg(fd: number, header: Uint8Array, flags: number): number;
  recvmmsg(fd: number, headers: Uint8Array, count: number, flags: number, timeout: null): number;
  shutdown(fd: number, how: number): number;
  close(fd: number): number;
  flock(fd: number, operation: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array): number;
  getsockname(fd: number, address: Uint8Array, length: Uint8Array): number;
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Uint8Array): number;
  epoll_wait(epoll: number, events: Uint8Array, most: number, timeoutMs: number): number;
  timerfd_create(clock: number, flags: number): number;
  timerfd_settime(fd: number, flags: number, value: Uint8Array, old: null): number;
  clock_gettime(clock: number, time: Uint8Array): number;
  /** A call for which older C libraries have no function; a pointer is given by `addressOf`. */
  syscall(number: number, ...words: readonly [Word, Word, Word, Word, Word]): number;
  /** An ioctl whose argument is a number. */
  ioctlNumber(fd: number, request: number, argument: number): number;
  /** The address of the mapping; -1 as an unsigned number means "see errno". */
  mmap(address: null, length: number, protection: number, flags: number, fd: number, offset: number): number;
  munmap(address: number, length: number): number;
  getpagesize(): number;
}

/** The C library of this process. */
export const libc: LibC = {
  unshare: declare("int unshare(int flags)"),
  setns: declare("int setns(int fd, int nstype)"),
  prctl: declare("int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)"),
  socket: declare("int socket(int domain, int type, int protocol)"),
  bind: declare("int bind(int fd, const void *addr, uint32_t len)"),
  listen: declare("int listen(int fd, int backlog)"),
  accept4: declare("int accept4(int fd, _Inout_ void *addr, _Inout_ void *len, int flags)"),
  connect: declare("int connect(int fd, const void *addr, uint32_t len)"),
  send: declare("intptr_t send(int fd, const void *buf, size_t len, int flags)"),
  recv: declare("intptr_t recv(int fd, _Out_ void *buf, size_t len, int flags)"),
  read: declare("intptr_t read(int fd, _Out_ void *buf, size_t len)"),
  recvmsg: declare("intptr_t recvmsg(int fd, _Inout_ void *msg, int flags)"),
  recvmmsg: declare("int recvmmsg(int fd, _Inout_ void *msgvec, uint32_t vlen, int flags, void *timeout)"),
  shutdown: declare("int shutdown(int fd, int how)"),
  close: declare("int close(int fd)"),
  flock: declare("int flock(int fd, int operation)"),
  setsockopt: declare("int setsockopt(int fd, int level, int name, const void *value, uint32_t len)"),
  getsockopt: declare("int getsockopt(int fd, int level, int name, _Out_ void *value, _Inout_ void *len)"),
  getsockname: declare("int getsockname(int fd, _Out_ void *addr, _Inout_ void *len)"),
  ioctl: declare("int ioctl(int fd, unsigned long request, _Inout_ void *arg)"),
  epoll_create1: declare("int epoll_create1(int flags)"),
  epoll_ctl: declare("int epoll_ctl(int epfd, int op, int fd, const void *event)"),
  epoll_wait: declare("int epoll_wait(int epfd, _Out_ void *events, int maxevents, int timeout)"),
  timerfd_create: declare("int timerfd_create(int clockid, int flags)"),
  timerfd_settime: declare("int timerfd_settime(int fd, int flags, const void *value, void *old)"),
  clock_gettime: declare("int clock_gettime(int clockid, _Out_ void *ts)"),
  syscall: declare("long syscall(long number, long a, long b, long c, long d, long e)"),
  ioctlNumber: declare("int ioctl(int fd, unsigned long request, long argument)"),
  mmap: declare("uintptr_t mmap(void *addr, size_t length, int prot, int flags, int fd, intptr_t offset)"),
  munmap: declare("int munmap(uintptr_t addr, size_t length)"),
  getpagesize: declare("int getpagesize()"),
};

/** The errno of the last call that failed on this thread. */
export function errno(): number {
  return loadKoffi().errno();
}

/** The address of a buffer's first byte. The buffer must stay reachable for as long as the kernel may use it. */
export function addressOf(bytes: Uint8Array): bigint {
  return loadKoffi().address(bytes);
}

/** The memory at an address, as it changes. It must not be touched once it is unmapped. */
export function memoryAt(address: number, length: number): ArrayBuffer {
  return loadKoffi().view(BigInt(address), length);
}

/** Stops a watch; safe to call twice. */
export type StopWatching = () => void;

/**
 * Calls back, in Node's own event loop, whenever the descriptor is readable (or writable).
 * Stop the watch before closing the descriptor.
 */
export function watch(fd: number, event: "readable" | "writable", onReady: () => void): StopWatching {
  let handle: ReturnType<Koffi["node"]["poll"]> | null = loadKoffi().node.poll(fd, { [event]: true }, () => {
    settleSoon();
    try {
      onReady();
    } catch (error) {
      // Thrown through koffi it would be lost, and every watch with it; thrown in a tick of its own it is seen.
      process.nextTick(() => {
        throw error;
      });
    }
  });
  return () => {
    handle?.stop();
    handle?.close();
    handle = null;
  };
}

let willSettle = false;

/**
 * On Node.js 26 nothing that koffi's callback resolves goes on before the event loop turns to something of its own, which may be
 * never: an immediate is that. It runs in the same turn.
 */
function settleSoon(): void {
  if (willSettle) return;
  willSettle = true;
  setImmediate(() => {
    willSettle = false;
  });
}
