/**
 * Progress of experiments that run side by side, each for a time that is known.
 *
 * @module
 */
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";

/** Their names and how long it takes; where there is no terminal, a line for each that begins. */
export class LabProgress {
  readonly #progress: Progress;
  readonly #running = new Map<string, number>();
  readonly #startedMs: number = performance.now();

  constructor(io: Io) {
    this.#progress = new Progress(io, () => this.#text());
  }

  /** An experiment begins; it takes at most that long. */
  begin(name: string, longestMs: number): void {
    this.#running.set(name, longestMs);
    if (!this.#progress.isLive) this.say(`${name}: running, at most ${Math.ceil(longestMs / 1000)} s`);
  }

  /** Something worth a line of its own. */
  say(line: string): void {
    this.#progress.say(line);
  }

  /** An experiment has ended. */
  end(name: string): void {
    this.#running.delete(name);
  }

  /** Takes the line away. */
  close(): void {
    this.#progress.close();
  }

  #text(): string {
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(0);
    const longest = Math.ceil(Math.max(0, ...this.#running.values()) / 1000);
    return `${[...this.#running.keys()].join(", ")}: ${seconds} s of at most ${longest} s`;
  }
}
