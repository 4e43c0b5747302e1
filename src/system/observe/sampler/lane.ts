/**
 * One kind of look and how often it comes: as often as wished, and never so often that it costs more than its share of a
 * core. Pure; times are milliseconds of a clock that does not go backwards.
 *
 * @module
 */
import type { LookRate } from "../../../core/listener/sample/sample.ts";

/** How often, and for what share of a core at most. */
export interface LaneOptions {
  readonly everyMs: number;
  readonly mostShare: number;
}

/** So many looks tell the cost: the first ones of a process, not compiled yet, and a disturbed one must not count. */
const LOOKS_THAT_TELL = 9;

/** One kind of look. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #costsMs: number[] = [];
  #costMs = 0;
  #dueAt = Number.NEGATIVE_INFINITY;
  #lastAt: number | null = null;
  #looks = 0;
  #longestGapMs: number | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** The distance that is aimed at now. */
  get everyMs(): number {
    return Math.max(this.#options.everyMs, this.#costMs / this.#options.mostShare);
  }

  /** When the next look is due. */
  get dueAt(): number {
    return this.#dueAt;
  }

  isDue(at: number): boolean {
    return at >= this.#dueAt;
  }

  /** A look was taken. One that was late does not make the next one early. */
  looked(startedAt: number, endedAt: number): void {
    this.#remember(endedAt - startedAt);
    const gapMs = this.#lastAt === null ? null : startedAt - this.#lastAt;
    if (gapMs !== null) this.#longestGapMs = Math.max(this.#longestGapMs ?? 0, gapMs);
    this.#lastAt = startedAt;
    this.#looks += 1;
    const next = this.#dueAt + this.everyMs;
    this.#dueAt = next > startedAt ? next : startedAt + this.everyMs;
  }

  /** What happened since the last call. */
  report(): LookRate {
    const rate = { everyMs: this.everyMs, looks: this.#looks, longestGapMs: this.#longestGapMs };
    this.#looks = 0;
    this.#longestGapMs = null;
    return rate;
  }

  /** The median of the last looks; nothing while there are too few. */
  #remember(costMs: number): void {
    this.#costsMs.push(costMs);
    if (this.#costsMs.length > LOOKS_THAT_TELL) this.#costsMs.shift();
    if (this.#costsMs.length < LOOKS_THAT_TELL) return;
    const sorted = [...this.#costsMs].sort((a, b) => a - b);
    this.#costMs = sorted[Math.floor(LOOKS_THAT_TELL / 2)] ?? 0;
  }
}
