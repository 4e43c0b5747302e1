/**
 * The few errors that listenq throws on purpose; anything else that is thrown is a bug of ours.
 * Match on `code`: it is stable, the sentence is not.
 *
 * @module
 */

/** A system call failed: which one, the kernel's errno, and what would permit it where we know. */
export class SyscallError extends Error {
  override readonly name = "SyscallError";
  /** What was being done, in words or as a system call's name, such as `"bind"` or `"netlink receive"`. */
  readonly operation: string;
  /** The errno's name, such as `"EPERM"`. */
  readonly code: string;
  /** The errno's value, positive. */
  readonly errno: number;
  /** What would permit it, or null. */
  readonly hint: string | null;

  constructor(operation: string, code: string, errno: number, words: string, hint: string | null = null) {
    super(`${operation}: ${code}, ${words}${hint === null ? "" : `; ${hint}`}`);
    this.operation = operation;
    this.code = code;
    this.errno = errno;
    this.hint = hint;
  }
}

/** errno names by which a kernel says "not here" or "not you", rather than "not so". */
const REFUSALS = [
  "EPERM",
  "EACCES",
  "ENOSYS",
  "EOPNOTSUPP",
  "ENOTSUP",
  "EAFNOSUPPORT",
  "EPROTONOSUPPORT",
  "ENOPROTOOPT",
];

/** Whether an error means that this kernel or user cannot do it at all: exit code 3. */
export function isNotSupported(error: unknown): error is NotSupportedError | SyscallError {
  if (error instanceof NotSupportedError) return true;
  return error instanceof SyscallError && REFUSALS.includes(error.code);
}

/** Why bytes or a text could not be decoded. */
export type DecodeCode = "SHORT" | "BAD_VALUE" | "UNKNOWN_FORMAT";

/** Bytes are not what they should be. Parsers throw this and nothing else. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly code: DecodeCode;
  /** The structure that was being read, such as `"inet_diag_msg"`. */
  readonly what: string;
  /** Where it begins, in bytes from the start of the input. */
  readonly offset: number;
  /** What should be there, and what is. */
  readonly expected: string;

  constructor(code: DecodeCode, what: string, offset: number, expected: string) {
    super(`${what} at ${offset}: ${expected}`);
    this.code = code;
    this.what = what;
    this.offset = offset;
    this.expected = expected;
  }
}

/** This kernel, machine or user cannot do it; `remedy` says what would permit it. Exit code 3. */
export class NotSupportedError extends Error {
  override readonly name = "NotSupportedError";
  readonly code = "NOT_SUPPORTED";
  readonly feature: string;
  readonly reason: string;
  readonly remedy: string | null;

  constructor(feature: string, reason: string, remedy: string | null = null, options?: ErrorOptions) {
    super(`${feature} is not possible here: ${reason}${remedy === null ? "" : `; ${remedy}`}`, options);
    this.feature = feature;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** What the user typed or wrote is wrong: what, where, and what was expected. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "USAGE";
}
