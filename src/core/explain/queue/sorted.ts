/**
 * Counting in numbers that ascend.
 *
 * @module
 */

/** How many of a sorted list lie before a moment. */
export function countBelow(sorted: Float64Array, moment: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.NaN) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of a sorted list lie before a moment or at it. */
export function countUpTo(sorted: Float64Array, moment: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.NaN) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
