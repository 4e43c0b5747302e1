/**
 * A lock on a file or folder that ends with its holder, however that ends: the kernel keeps it with the descriptor, so
 * `kill -9` leaves nothing behind.
 *
 * @module
 */
import { checked, ERRNO } from "../ffi/check.ts";
import { errno, libc } from "../ffi/libc.ts";

/** @kernel include/uapi/asm-generic/fcntl.h LOCK_EX v6.18 */
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes the lock for as long as the descriptor is open; false if another holds it.
 *
 * @throws {SyscallError} such as ENOLCK, on a file system without locks
 */
export function tryLock(fd: number): boolean {
  const result = libc.flock(fd, LOCK_EX | LOCK_NB);
  if (result < 0 && errno() === ERRNO.EAGAIN) return false;
  checked("flock", result);
  return true;
}
