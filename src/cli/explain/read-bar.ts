/**
 * How far the reading of a large capture has come: a bar on a terminal, once it has taken over a second.
 *
 * @module
 */
import { statSync } from "node:fs";
import { Presets, SingleBar } from "cli-progress";
import type { Io } from "../io.ts";

const SHOW_AFTER_MS = 1000;

/** The bar of all files together. */
export class ReadBar {
  readonly #io: Io;
  readonly #totalBytes: number;
  readonly #startedMs: number = performance.now();
  #bar: SingleBar | null = null;
  #bytes = 0;

  constructor(io: Io, files: readonly string[]) {
    this.#io = io;
    this.#totalBytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  }

  /** So many more bytes were read. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bar === null) this.#showWhenLate();
    this.#bar?.update(Math.min(this.#bytes, this.#totalBytes));
  }

  /** Takes the bar away. */
  close(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #showWhenLate(): void {
    const isLate = performance.now() - this.#startedMs > SHOW_AFTER_MS;
    if (!isLate || this.#io.stderr.isTTY !== true || this.#totalBytes === 0) return;
    const format = "reading [{bar}] {percentage}% | {eta} s left";
    this.#bar = new SingleBar(
      { stream: this.#io.stderr, format, clearOnComplete: true, hideCursor: true },
      Presets.shades_classic,
    );
    this.#bar.start(this.#totalBytes, this.#bytes);
  }
}

/** What cannot be asked for its size, such as stdin, has none. */
function sizeOf(file: string): number {
  try {
    return file === "-" ? 0 : statSync(file).size;
  } catch {
    return 0;
  }
}
