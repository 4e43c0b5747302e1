/**
 * A text file that an option names, whole.
 *
 * @module
 */
import { closeSync, openSync, readSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { shownWord } from "../../core/report/layout/printable.ts";
import { asFileError } from "./file-error.ts";

/** Nobody writes a longer list or scenario, and a device that never ends is found out soon. */
const MOST_BYTES = 64_000_000;
const PIECE_BYTES = 1_000_000;

/**
 * Reads a file or a pipe.
 *
 * @param option who asked for it, such as `"--replay"`; null for an argument
 * @throws {UsageError} that names the option and the file, also if it has more than 64 MB
 */
export function readTextFile(option: string | null, file: string): string {
  const what = `${option === null ? "" : `${option}: `}cannot read ${shownWord(file)}`;
  const bytes = attempt(what, () => readBytes(file));
  if (bytes === null) throw new UsageError(`${what}: it has more than ${MOST_BYTES / 1e6} MB`);
  return bytes.toString("utf8");
}

/** Null for more than anybody writes. */
function readBytes(file: string): Buffer | null {
  const descriptor = openSync(file, "r");
  try {
    const pieces: Buffer[] = [];
    for (let length = 0; length <= MOST_BYTES; ) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const count = readSync(descriptor, piece);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, count));
      length += count;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFileError(what, error);
  }
}
