/**
 * gzip, by zlib's stream, which reads files of several members, as `cat a.gz b.gz` and parallel compressors make them, on every
 * version of Node. The platform's `DecompressionStream` stops behind the first one on some.
 *
 * @module
 */
import { finished } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ByteTarget, Decompressor } from "./decompressor.ts";

/** Decompresses one file. */
export class Gunzip implements Decompressor {
  readonly #stream = createGunzip();
  /** What was wrong with the compressed data. */
  #problem: string | null = null;
  /** What the target threw: no fault of the compressed data. */
  #thrown: { readonly error: unknown } | null = null;
  /** Fulfilled when the data turn out to be damaged: then no write is answered any more. */
  readonly #damaged: Promise<void>;

  constructor(target: ByteTarget) {
    this.#stream.on("data", (part: Uint8Array) => this.#hand(target, part));
    this.#damaged = new Promise((resolve) => {
      this.#stream.on("error", (error) => {
        this.#problem ??= `gzip: ${error.message}`;
        resolve();
      });
    });
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#problem !== null) return;
    const written = new Promise<void>((resolve) => {
      this.#stream.write(chunk, () => resolve());
    });
    await Promise.race([written, this.#damaged]);
    this.#rethrow();
  }

  async end(): Promise<string | null> {
    if (this.#problem === null) {
      this.#stream.end();
      await Promise.race([finished(this.#stream).catch(() => undefined), this.#damaged]);
    }
    this.#rethrow();
    return this.#problem;
  }

  #hand(target: ByteTarget, part: Uint8Array): void {
    if (this.#thrown !== null) return;
    try {
      target.push(part);
    } catch (error) {
      this.#thrown = { error };
    }
  }

  #rethrow(): void {
    if (this.#thrown !== null) throw this.#thrown.error;
  }
}
