/**
 * Progress of long work on stderr: a line that renews itself on a terminal, one line per step elsewhere.
 *
 * @module
 */
import type { Io } from "./io.ts";

const RENEW_EVERY_MS = 200;

/** Progress of work whose longest duration is known. */
export class Progress {
  readonly #io: Io;
  readonly #startedMs: number = performance.now();
  readonly #running = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | null;

  constructor(io: Io) {
    this.#io = io;
    this.#timer = io.stderr.isTTY === true ? setInterval(() => this.#renew(), RENEW_EVERY_MS) : null;
  }

  /** A piece of work begins; it takes at most that long. */
  begin(name: string, longestMs: number): void {
    this.#running.set(name, longestMs);
    if (this.#timer === null)
      this.#io.stderr.write(`${name}: running, at most ${Math.ceil(longestMs / 1000)} s\n`);
  }

  /** Something worth a line of its own. */
  say(text: string): void {
    this.#io.stderr.write(this.#timer === null ? `${text}\n` : `\r\x1b[K${text}\n`);
  }

  /** A piece of work has ended. */
  end(name: string): void {
    this.#running.delete(name);
  }

  /** Takes the line away. */
  close(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#io.stderr.write("\r\x1b[K");
  }

  #renew(): void {
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(0);
    const longest = Math.ceil(Math.max(0, ...this.#running.values()) / 1000);
    const names = [...this.#running.keys()].join(", ");
    this.#io.stderr.write(`\r\x1b[K${names}: ${seconds} s of at most ${longest} s`);
  }
}
