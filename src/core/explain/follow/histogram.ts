/**
 * How often each small whole number came. What is larger than the largest counts as the largest.
 *
 * @module
 */

const LARGEST = 4096;

/** Counts numbers from 0 on. */
export class Histogram {
  readonly #counts: number[] = [];
  #total = 0;

  /** How many numbers came. */
  get total(): number {
    return this.#total;
  }

  add(value: number): void {
    const place = Math.min(Math.max(value, 0), LARGEST);
    while (this.#counts.length <= place) this.#counts.push(0);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#total += 1;
  }

  /** How many were larger than this one. */
  above(value: number): number {
    return this.#counts.slice(Math.max(0, value + 1)).reduce((sum, count) => sum + count, 0);
  }

  /** The share of pairs, one number from here and one from the other, in which the other is larger; 0 without any. */
  shareBelow(other: Histogram): number {
    if (this.#total === 0 || other.total === 0) return 0;
    const pairs = this.#counts.reduce((sum, count, value) => sum + count * other.above(value), 0);
    return pairs / (this.#total * other.total);
  }
}
