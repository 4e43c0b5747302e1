/**
 * A copy of another process's descriptor, for the moment of one call: the process is neither stopped nor traced, and notices
 * nothing. The copy refers to the same open socket, so it is closed before anything else happens: as long as it is open, the
 * socket lives.
 *
 * @module
 */

import { checked } from "../ffi/check.ts";
import { libc } from "../ffi/libc.ts";
import { socketInode } from "../proc/processes.ts";
import { readLinkOrNull } from "../proc/vanishing.ts";

/**
 * The same numbers on every architecture, since both calls are younger than the common table.
 *
 * @kernel include/uapi/asm-generic/unistd.h __NR_pidfd_getfd v6.18
 */
const NR = { pidfd_open: 434, pidfd_getfd: 438 } as const;

/**
 * Hands a copy of a descriptor to `use` and closes it. The copy is closed at an exec by itself, so that no child inherits it.
 *
 * @throws {SyscallError} `pidfd_getfd` EPERM without the right to trace the process, EBADF where it has no such descriptor;
 *   `pidfd_open` ESRCH where it has ended; either ENOSYS before Linux 5.6
 * @kernel kernel/pid.c pidfd_getfd() v6.18
 */
export function withCopiedDescriptor<T>(pid: number, fd: number, use: (copy: number) => T): T {
  const process = checked("pidfd_open", libc.syscall(NR.pidfd_open, pid, 0, 0, 0, 0));
  try {
    const copy = checked("pidfd_getfd", libc.syscall(NR.pidfd_getfd, process, fd, 0, 0, 0));
    try {
      return use(copy);
    } finally {
      libc.close(copy);
    }
  } finally {
    libc.close(process);
  }
}

/** The inode of the socket behind a descriptor of this process; null for anything else. */
export function inodeBehind(fd: number): number | null {
  return socketInode(readLinkOrNull(`/proc/self/fd/${fd}`) ?? "");
}
