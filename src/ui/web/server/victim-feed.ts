/**
 * Who is refused on this machine, while somebody watches: the last lines of the kernel's trace events, or what they need.
 *
 * @module
 */
import { isNotSupported } from "../../../core/errors.ts";
import type { VictimLine } from "../../../core/listener/victims/victims-document.ts";
import {
  type LiveVictim,
  type LiveVictims,
  liveVictim,
} from "../../../core/report/document/live-document.ts";
import { VictimWatch } from "../../../system/observe/victims/victim-watch.ts";

const MOST_LINES = 200;

/** Watches until it is closed. */
export class VictimFeed {
  readonly #watch: VictimWatch | null;
  readonly #needs: string | null;
  readonly #begun = Date.now();
  #lines: LiveVictim[] = [];
  #count = 0;

  /** Begins. Where the events may not be read it says why, and is empty. */
  constructor() {
    let [watch, needs]: [VictimWatch | null, string | null] = [null, null];
    try {
      watch = new VictimWatch({ port: null, onLine: (line) => this.#add(line) });
    } catch (error) {
      if (!isNotSupported(error)) throw error;
      needs = error.message;
    }
    [this.#watch, this.#needs] = [watch, needs];
  }

  /** How many lines there were. */
  get count(): number {
    return this.#count;
  }

  /** The lines after so many, the oldest first; of very many the last ones. */
  after(count: number): LiveVictims {
    const fresh = Math.min(this.#count - count, this.#lines.length);
    return { needs: this.#needs, lines: this.#lines.slice(this.#lines.length - fresh) };
  }

  close(): void {
    this.#watch?.close();
  }

  #add(line: VictimLine): void {
    this.#count += 1;
    this.#lines = [...this.#lines, liveVictim(line, `${this.#begun}-${this.#count}`)].slice(-MOST_LINES);
  }
}
