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
  if (mean === 0) return 0;
  const first = Math.max(0, Math.floor(mean - NOTHING_BELOW_SD * Math.sqrt(mean)));
  let count = first;
  let mass = Math.exp(first * Math.log(mean) - mean - logFactorial(first));
  let sum = mass;
  while (sum < probability && mass > 0) {
    count += 1;
    mass *= mean / count;
    sum += mass;
  }
  return count;
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
