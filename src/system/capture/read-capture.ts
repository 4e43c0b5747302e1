/**
 * Reads one capture from its place into a reader: plain files in large pieces, compressed ones through a decompressor. Between
 * the pieces the event loop gets its turn, so that Ctrl-C and a progress bar work.
 *
 * @module
 */
import { DecodeError, UsageError } from "../../core/errors.ts";
import { decompressorOf, MAGIC_BYTES } from "./decompress.ts";
import type { ByteTarget, Decompressor } from "./decompressor.ts";
import { type OpenCapture, openCapture } from "./open-capture.ts";

/** What takes a capture's bytes: `CaptureReader`, or `CaptureAnnotator`. */
export interface CaptureInput extends ByteTarget {
  /** `problem` says why the capture ended too early, or is null. */
  end(problem: string | null): void;
}

/** How to read. */
export interface ReadOptions {
  /**
   * Told after each piece how many bytes of the file have come since the last time, and how many it has in all, both before
   * decompression; null where nobody knows.
   */
  onRead?: (bytes: number, length: number | null) => void;
  /** Stops the reading; its reason is thrown. */
  signal?: AbortSignal;
}

/**
 * Reads the file, or standard input for `-`, to its end, and ends the input.
 *
 * Holds no more than a piece and what the input holds.
 *
 * @throws {UsageError} if it cannot be opened or read, or is a directory.
 * @throws {DecodeError} if it is no capture; its message begins with the file's name.
 */
export async function readCapture(
  path: string,
  input: CaptureInput,
  options: ReadOptions = {},
): Promise<void> {
  const capture = openCapture(path);
  try {
    input.end(await pump(capture, input, options));
  } catch (error) {
    throw named(path, error, options.signal);
  } finally {
    capture.close();
  }
}

/** Takes the pieces through what their beginning asks for; returns what was wrong with the compression, or null. */
async function pump(
  { pieces, length }: OpenCapture,
  target: ByteTarget,
  { onRead, signal }: ReadOptions,
): Promise<string | null> {
  let head = new Uint8Array(0);
  let decompressor: Decompressor | null = null;
  for await (const piece of pieces(signal)) {
    signal?.throwIfAborted();
    onRead?.(piece.length, length);
    if (decompressor !== null) {
      await decompressor.push(piece);
      continue;
    }
    head = Uint8Array.of(...head, ...piece.subarray(0, MAGIC_BYTES));
    if (head.length < MAGIC_BYTES) continue;
    decompressor = decompressorOf(head, target);
    await decompressor.push(head);
    await decompressor.push(piece.subarray(MAGIC_BYTES));
  }
  if (decompressor !== null) return await decompressor.end();
  target.push(head);
  return null;
}

/** The error with the file's name before it. */
function named(path: string, error: unknown, signal: AbortSignal | undefined): unknown {
  const name = path === "-" ? "standard input" : path;
  if (signal?.aborted === true || error instanceof UsageError) return error;
  if (error instanceof DecodeError) {
    return new DecodeError(error.code, `${name}: ${error.what}`, error.offset, error.expected);
  }
  return error;
}
