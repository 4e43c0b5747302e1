/**
 * zstd, by the package fzstd, which runs anywhere and streams.
 *
 * @module
 */
import { Decompress } from "fzstd";
import { DecodeError } from "../../core/errors.ts";
import type { ByteTarget, Decompressor } from "./decompressor.ts";

/** Compressed bytes that are taken at a time: a few of them can stand for very much. */
const PART_BYTES = 16_384;

/** The window that `zstd -d` grants without being asked for more; each frame needs so much memory. */
const LARGEST_WINDOW = 128 * 1024 * 1024;

/** Decompresses one file. */
export class Unzstd implements Decompressor {
  readonly #stream: Decompress;
  /** What the target threw: no fault of the compressed data. */
  #thrown: unknown = null;
  #problem: string | null = null;
  #isFirst = true;

  constructor(target: ByteTarget) {
    this.#stream = new Decompress((part) => {
      try {
        target.push(part);
      } catch (error) {
        this.#thrown = error;
        throw error;
      }
    });
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#isFirst) assertWindow(chunk);
    this.#isFirst = false;
    for (let at = 0; at < chunk.length; at += PART_BYTES) {
      this.#decompress(chunk.slice(at, at + PART_BYTES), false);
    }
  }

  async end(): Promise<string | null> {
    this.#decompress(new Uint8Array(0), true);
    return this.#problem;
  }

  /** fzstd keeps parts that it cannot yet use, so each must be a copy. After damage nothing more is decompressed. */
  #decompress(part: Uint8Array, isLast: boolean): void {
    if (this.#problem !== null) return;
    try {
      this.#stream.push(part, isLast);
    } catch (error) {
      if (this.#thrown !== null) throw this.#thrown;
      this.#problem = `zstd: ${(error as Error).message}`;
    }
  }
}

/**
 * Frame header: magic (4 bytes), descriptor, then the window in one byte (exponent and eighths), unless a bit of the descriptor
 * says that the content's size, which is small then, is the window.
 *
 * @rfc 8878 §3.1.1.1
 */
function assertWindow(head: Uint8Array): void {
  const [descriptor = 0, window = 0] = head.subarray(4, 6);
  if ((descriptor & 0x20) !== 0) return;
  const base = 2 ** (10 + (window >> 3));
  const bytes = base + (base / 8) * (window & 7);
  if (bytes <= LARGEST_WINDOW) return;
  const expected = `a window of at most ${LARGEST_WINDOW} bytes expected, is ${bytes}`;
  throw new DecodeError("BAD_VALUE", "zstd frame", 0, expected);
}
