/**
 * Quantiles of the Poisson distribution: how many come in a while, at most so often.
 *
 * @module
 */

/** Below this many standard deviations under the mean nothing comes that a double could add. */
const NOTHING_BELOW_SD = 12;

/**
 * The smallest count that is not exceeded with this probability.
 *
 * @example poissonQuantile(1000, 0.999) // 1099
 */
export function poissonQuantile(mean: number, probability: number): number {
  return mixedPoissonQuantile([mean], probability);
}

/** The same of a count that has each of these means equally often. */
export function mixedPoissonQuantile(means: readonly number[], probability: number): number {
  const counts = means.map((mean) => new PoissonCounts(mean));
  let count = Math.min(...counts.map(({ first }) => first));
  for (;;) {
    const sum = counts.reduce((total, one) => total + one.atMost(count), 0) / counts.length;
    if (sum >= probability || counts.every(({ isOver }) => isOver)) return count;
    count += 1;
  }
}

/** The distribution function of one mean, from its first count that can happen upwards. */
class PoissonCounts {
  readonly first: number;
  readonly #mean: number;
  #count: number;
  #mass: number;
  #sum: number;

  constructor(mean: number) {
    this.#mean = mean;
    this.first = Math.max(0, Math.floor(mean - NOTHING_BELOW_SD * Math.sqrt(mean)));
    this.#count = this.first;
    this.#mass = mean === 0 ? 1 : Math.exp(this.first * Math.log(mean) - mean - logFactorial(this.first));
    this.#sum = this.#mass;
  }

  /** Nothing comes any more that a double could add. */
  get isOver(): boolean {
    return this.#mass === 0 || this.#mean === 0;
  }

  /** How likely it is that no more than `count` come. To be asked for one count after the other. */
  atMost(count: number): number {
    while (this.#count < count && !this.isOver) {
      this.#count += 1;
      this.#mass *= this.#mean / this.#count;
      this.#sum += this.#mass;
    }
    return count < this.first ? 0 : this.#sum;
  }
}

/** Exact for small numbers, by Stirling's series for large ones. */
function logFactorial(count: number): number {
  if (count < 256) {
    let sum = 0;
    for (let factor = 2; factor <= count; factor++) sum += Math.log(factor);
    return sum;
  }
  return (
    count * Math.log(count) -
    count +
    Math.log(2 * Math.PI * count) / 2 +
    1 / (12 * count) -
    1 / (360 * count ** 3)
  );
}
