/**
 * Why a file could not be read or written, in words instead of Node's own text.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EDQUOT: "the quota is used up",
  EEXIST: "something else has that name",
  EFBIG: "it would be too large",
  EIO: "the device reports an error",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "there is no such file or folder",
  ENOSPC: "no space left on the device",
  ENOTDIR: "part of the path is not a folder",
  ENXIO: "nobody is at the other end",
  EPERM: "not permitted",
  EPIPE: "the reader has gone",
  EROFS: "the file system is read-only",
};

/**
 * What to throw instead of Node's error of a file: one line that ends with the reason and the kernel's own name for it, such
 * as `"cannot read x.yaml: permission denied (EACCES)"`. An error that is none of a file's stays as it is.
 *
 * @param what what was tried, such as `"cannot read x.yaml"`
 */
export function asFileError(what: string, error: unknown): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code)) return error;
  const words = WORDS[code];
  const reason = words === undefined ? code : `${words} (${code})`;
  return new UsageError(`${what}: ${reason}`, { cause: error });
}
