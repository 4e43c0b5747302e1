/**
 * How far the reading of a large capture has come: a bar on a terminal, once it has taken over a second.
 *
 * @module
 */
import { statSync } from "node:fs";
import type { SingleBar } from "cli-progress";
import type { Io } from "../io.ts";

const SHOW_AFTER_MS = 1000;

/** The bar of all files together. */
export class ReadBar {
  readonly #io: Io;
  readonly #totalBytes: number;
  readonly #startedMs: number = performance.now();
  #bar: SingleBar | null = null;
  #isAsked = false;
  #isClosed = false;
  #bytes = 0;

  constructor(io: Io, files: readonly string[]) {
    this.#io = io;
    this.#totalBytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  }

  /** So many more bytes were read. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#isAsked && this.#isLate()) void this.#show();
    this.#bar?.update(Math.min(this.#bytes, this.#totalBytes));
  }

  /** Takes the bar away, so that something can be written; it comes again with the next bytes. */
  hide(): void {
    this.#bar?.stop();
    this.#bar = null;
    this.#isAsked = false;
  }

  /** Takes the bar away for good. */
  close(): void {
    this.#isClosed = true;
    this.hide();
  }

  #isLate(): boolean {
    const isWanted = this.#io.stderr.isTTY === true && this.#totalBytes > 0;
    return isWanted && performance.now() - this.#startedMs > SHOW_AFTER_MS;
  }

  /** The library is loaded only now: most captures are read before anybody could look at a bar. */
  async #show(): Promise<void> {
    this.#isAsked = true;
    const { Presets, SingleBar } = await import("cli-progress");
    if (this.#isClosed) return;
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
