/**
 * How long a listener takes to answer, as the capture sees it. Many samples are counted by size, each within an eighth of an
 * octave, so that one odd one decides nothing and no list grows.
 *
 * @module
 */

const STEPS_PER_OCTAVE = 8;
/** Below this, times are not told apart. */
const LEAST_MS = 0.001;
/** From so many samples on, the longest quarter of them is left out. */
const FEWEST = 4;
const FEW_NEW = 0.05;

/** Round trips to one listener. */
export class RoundTrips {
  readonly #counts: number[] = [];
  #count = 0;
  #usualMs = 0;
  #usualCount = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const place = Math.max(0, Math.ceil(Math.log2(Math.max(ms, LEAST_MS) / LEAST_MS) * STEPS_PER_OCTAVE));
    while (this.#counts.length <= place) this.#counts.push(0);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
  }

  /** Hardly one is shorter; 0 without any. */
  get shortMs(): number {
    return this.#quantile(0.1);
  }

  /** The usual one, not the odd one out; 0 without any. Of many samples a few new ones change nothing. */
  get usualMs(): number {
    if (this.#count - this.#usualCount > this.#count * FEW_NEW) {
      this.#usualCount = this.#count;
      this.#usualMs = this.#quantile(this.#count < FEWEST ? 0.5 : 0.75);
    }
    return this.#usualMs;
  }

  #quantile(share: number): number {
    let left = Math.max(1, Math.ceil(this.#count * share));
    for (let place = 0; place < this.#counts.length; place++) {
      left -= this.#counts[place] ?? 0;
      if (left <= 0) return LEAST_MS * 2 ** (place / STEPS_PER_OCTAVE);
    }
    return 0;
  }
}
