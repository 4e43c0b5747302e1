/**
 * One kind of look and how often it comes: as often as wished, and never so often that it costs more than its share of a
 * core. Pure; times are milliseconds of a clock that does not go backwards.
 *
 * @module
 */
import type { LookRate } from "./sample.ts";

/** How often, and for what share of a core at most. */
export interface LaneOptions {
  readonly everyMs: number;
  readonly mostShare: number;
}

/** How fast an estimate of the cost follows the last look. */
const COST_WEIGHT = 0.2;

/** One kind of look. */
export class Lane {
  readonly #options: LaneOptions;
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
    const costMs = endedAt - startedAt;
    this.#costMs = this.#looks === 0 && this.#lastAt === null ? costMs : this.#follow(costMs);
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

  /** One look that was disturbed must not slow the lane down for long, so the estimate follows slowly. */
  #follow(costMs: number): number {
    return this.#costMs + COST_WEIGHT * (costMs - this.#costMs);
  }
}
