/**
 * Progress of long work on stderr: on a terminal one line that renews itself and goes away, elsewhere nothing but what is
 * said.
 *
 * @module
 */
import { cutEnd } from "../../core/report/layout/columns.ts";
import type { Io } from "./io.ts";

const RENEW_EVERY_MS = 200;
const CLEAR_LINE = "\r\x1b[K";
const USUAL_WIDTH = 80;

/** One line about work that goes on. */
export class Progress {
  readonly #io: Io;
  readonly #text: () => string;
  readonly #timer: NodeJS.Timeout | null;
  readonly #startedMs: number = performance.now();
  readonly #afterMs: number;
  #isShown = false;

  /**
   * @param text how far the work is; asked for as often as the line is renewed
   * @param afterMs shorter work needs no line
   */
  constructor(io: Io, text: () => string, afterMs = 0) {
    this.#io = io;
    this.#text = text;
    this.#afterMs = afterMs;
    this.#timer = io.stderr.isTTY === true ? setInterval(() => this.#renew(), RENEW_EVERY_MS) : null;
  }

  /** Whether there is a terminal, and so a line that renews itself. */
  get isLive(): boolean {
    return this.#timer !== null;
  }

  /** Something worth a line of its own, on a terminal or not. */
  say(line: string): void {
    this.#clear();
    this.#io.stderr.write(`${line}\n`);
  }

  /** Takes the line away for good. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#clear();
  }

  #renew(): void {
    if (performance.now() - this.#startedMs < this.#afterMs) return;
    // A line that is broken by the terminal could not be taken away again.
    const width = this.#io.stderr.columns || USUAL_WIDTH;
    this.#io.stderr.write(`${CLEAR_LINE}${cutEnd(this.#text(), width - 1)}`);
    this.#isShown = true;
  }

  #clear(): void {
    if (this.#isShown) this.#io.stderr.write(CLEAR_LINE);
    this.#isShown = false;
  }
}

/**
 * How far countable work is, with the time that is left if it goes on like this.
 *
 * @example shareDone("reading", 25, 100, 2000) // "reading: 25 %, 6 s left"
 */
export function shareDone(what: string, done: number, total: number, elapsedMs: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const left = share === 0 ? "" : `, ${Math.ceil((elapsedMs * (1 / share - 1)) / 1000)} s left`;
  return `${what}: ${Math.floor(share * 100)} %${left}`;
}
