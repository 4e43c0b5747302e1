/**
 * A file, or standard input, as pieces of bytes in one buffer that is used again and again.
 *
 * @module
 */

import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import process from "node:process";
import { addAbortSignal, type Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { UsageError } from "../../core/errors.ts";
import { shownWord } from "../../core/report/layout/printable.ts";
import { asFileError } from "../files/file-error.ts";

/** Large enough that calls cost nothing, small enough to stay in a processor's cache. */
const PIECE_BYTES = 256 * 1024;
/** So many pieces are read before the event loop gets its turn: a few milliseconds of work. */
const PIECES_PER_TURN = 16;

/** An opened capture. */
export interface OpenCapture {
  /** In bytes; null for anything that has no length to go by. */
  length: number | null;
  /**
   * The bytes from the start on, once. A piece is valid until the next one is asked for. The signal ends the waiting for a
   * piece that does not come; whoever asks looks at it between two pieces.
   */
  pieces(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  close(): void;
}

/**
 * Opens a file, or standard input for `-`.
 *
 * @throws {UsageError} if it cannot be opened, or is a directory.
 */
export function openCapture(path: string): OpenCapture {
  if (path === "-") {
    return {
      length: null,
      pieces: (signal) => abortable(process.stdin, signal),
      close: () => undefined,
    };
  }
  const file = asUsage(path, () => openSync(path, "r"));
  const facts = fstatSync(file);
  const close = (): void => closeSync(file);
  if (facts.isFile()) return { length: facts.size, pieces: () => piecesOf(path, file), close };
  // A pipe may wait for long: only a stream leaves the event loop free meanwhile.
  if (!facts.isDirectory()) {
    const stream = () => createReadStream(path, { fd: file, autoClose: false });
    return { length: null, pieces: (signal) => abortable(stream(), signal), close };
  }
  close();
  throw new UsageError(`${path}: a capture file expected, is a directory`);
}

function abortable(stream: Readable, signal: AbortSignal | undefined): Readable {
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

async function* piecesOf(path: string, file: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let count = 1; ; count += 1) {
    const length = asUsage(path, () => readSync(file, buffer, 0, PIECE_BYTES, null));
    if (length === 0) return;
    yield buffer.subarray(0, length);
    if (count % PIECES_PER_TURN === 0) await turn();
  }
}

/** What the operating system refuses is the user's to mend. */
function asUsage<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asFileError(`${shownWord(path)}: cannot be read`, error);
  }
}
