/**
 * An integer socket option of a socket of the test's own, as the kernel gives it back.
 *
 * @module
 */
import { checked } from "../../src/system/linux/ffi/check.ts";
import { libc } from "../../src/system/linux/ffi/libc.ts";

/** getsockopt(2). @throws {SyscallError} */
export function readIntegerOption(fd: number, level: number, name: number): number {
  const value = new Uint8Array(4);
  checked("getsockopt", libc.getsockopt(fd, level, name, value, Uint8Array.of(4, 0, 0, 0)));
  return new DataView(value.buffer).getInt32(0, true);
}
