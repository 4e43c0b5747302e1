/**
 * How far the reading of large captures has come, once it has taken over a second.
 *
 * @module
 */
import { statSync } from "node:fs";
import type { Io } from "../io.ts";
import { Progress, shareDone } from "../progress.ts";

const SHOW_AFTER_MS = 1000;

/** The progress of all files together. */
export class ReadProgress {
  readonly #progress: Progress;
  #bytes = 0;

  constructor(io: Io, files: readonly string[]) {
    const totalBytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
    const startedMs = performance.now();
    const text = () =>
      totalBytes === 0
        ? `reading: ${(this.#bytes / 1e6).toFixed(0)} MB`
        : shareDone("reading", this.#bytes, totalBytes, performance.now() - startedMs);
    this.#progress = new Progress(io, text, SHOW_AFTER_MS);
  }

  /** So many more bytes were read. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Something about a file that the user must know. */
  say(line: string): void {
    this.#progress.say(line);
  }

  /** Takes the line away for good. */
  close(): void {
    this.#progress.close();
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
