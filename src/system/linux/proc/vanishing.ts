/**
 * Reads of /proc, where what is being read may end meanwhile or belong to somebody else. Neither is a failure of ours:
 * the caller says what stands for it.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** This user may not look. */
export const PERMISSION_ERRORS: readonly string[] = ["EACCES", "EPERM"];
/** A process that ended while we looked is nobody's mistake. */
export const ENDED_ERRORS: readonly string[] = ["ENOENT", "ESRCH", "ENOTDIR", "EINVAL"];
const ANY_ERROR = [...PERMISSION_ERRORS, ...ENDED_ERRORS];

/** What was read, or `otherwise` if reading failed in one of these ways. */
export function readOr<T, U>(codes: readonly string[], otherwise: U, read: () => T): T | U {
  try {
    return read();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? "")) return otherwise;
    throw error;
  }
}

/** A file's bytes; null where it has vanished or is not for us. */
export function readBytesOrNull(path: string): Uint8Array | null {
  return readOr(ANY_ERROR, null, () => readFileSync(path));
}

/** A file's text; null where it has vanished or is not for us. */
export function readTextOrNull(path: string): string | null {
  return readOr(ANY_ERROR, null, () => readFileSync(path, "utf8"));
}

/** Where a link leads; null where it has vanished or is not for us. */
export function readLinkOrNull(path: string): string | null {
  return readOr(ANY_ERROR, null, () => readlinkSync(path));
}

/** Whether a link is there and is not for us: a folder that may be listed may still hold such links. */
export function isLinkHidden(path: string): boolean {
  return readOr(PERMISSION_ERRORS, true, () => readOr(ENDED_ERRORS, false, () => readlinkSync(path) === ""));
}

/** The names in a folder; none where it has vanished; null where it is not for us. */
export function listOrNull(folder: string): string[] | null {
  return readOr(PERMISSION_ERRORS, null, () => readOr(ENDED_ERRORS, [], () => readdirSync(folder)));
}

/** The size of a file or folder, in bytes or what else the kernel counts; null where it has vanished or is not for us. */
export function sizeOrNull(path: string): number | null {
  return readOr(ANY_ERROR, null, () => statSync(path).size);
}

/** The pids of all processes that /proc shows. */
export function readPids(): number[] {
  return readdirSync("/proc").filter(isNumber).map(Number);
}

function isNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= 48 && first <= 57;
}
