/**
 * gzip, by the platform's own `DecompressionStream`: chunks go in at one end, and a loop of its own hands on what comes out.
 *
 * @module
 */
import type { ByteTarget, Decompressor } from "./decompressor.ts";

/** Decompresses one file. */
export class Gunzip implements Decompressor {
  readonly #target: ByteTarget;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Fulfilled when nothing more comes out, with what was wrong or null. */
  readonly #drained: Promise<string | null>;

  constructor(target: ByteTarget) {
    this.#target = target;
    const stream = new DecompressionStream("gzip");
    this.#writer = stream.writable.getWriter();
    this.#drained = this.#drain(stream.readable.getReader());
    // Whoever pushes or ends learns of it; this only keeps a rejection in between from ending the process.
    this.#drained.catch(() => undefined);
    this.#writer.closed.catch(() => undefined);
  }

  async push(chunk: Uint8Array): Promise<void> {
    const written = this.#writer.write(chunk.slice()).catch(() => undefined);
    await Promise.race([written, this.#drained]);
  }

  async end(): Promise<string | null> {
    const closed = this.#writer.close().catch(() => undefined);
    await Promise.race([closed, this.#drained]);
    return await this.#drained;
  }

  async #drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
    for (;;) {
      const part = await reader.read().catch((error: unknown) => `gzip: ${reasonOf(error)}`);
      if (typeof part === "string") return part;
      if (part.done) return null;
      this.#target.push(part.value);
    }
  }
}

/** The stream's error is a general one; zlib's words are its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return (cause instanceof Error ? cause : (error as Error)).message;
}
