/**
 * From a C return value to a number or a typed error. Not a table of errno: Node has one.
 *
 * @module
 */
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";
import { SyscallError } from "../../../core/errors.ts";
import { errno } from "./libc.ts";

/** errno values that callers branch on. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EBADF: 9,
  EAGAIN: 11,
  EACCES: 13,
  ENOSYS: 38,
  ENOBUFS: 105,
  EISCONN: 106,
  EINPROGRESS: 115,
} as const;

/** Second names of one value. The kernel itself says EAGAIN and EOPNOTSUPP, and so do its man pages. */
const SECOND_NAMES = ["EWOULDBLOCK", "ENOTSUP"];
const NAMES = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => !SECOND_NAMES.includes(name))
    .map(([name, value]) => [value, name]),
);

/** The name of an errno value, such as `"ECONNRESET"`; `"errno 999"` where Node knows none. */
export function errnoName(value: number): string {
  return NAMES.get(value) ?? `errno ${value}`;
}

/** What runs short has nothing to do with what a call needs. */
const SHORTAGES = ["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"];

/** A `SyscallError` for an errno value. The hint says what the call needs: a right, or a module. */
export function syscallError(operation: string, value: number, hint: string | null = null): SyscallError {
  const name = errnoName(value);
  const words = getSystemErrorMap().get(-value)?.[1] ?? "unknown error";
  return new SyscallError(operation, name, value, words, SHORTAGES.includes(name) ? null : hint);
}

/**
 * Passes a result on, or throws what errno says.
 *
 * @throws {SyscallError} when the result is negative
 */
export function checked(operation: string, result: number, hint: string | null = null): number {
  if (result < 0) throw syscallError(operation, errno(), hint);
  return result;
}

/** A result as it is, or the negative errno: for calls whose failure is part of what is observed. */
export function resultOrErrno(result: number): number {
  return result < 0 ? -errno() : result;
}
