/**
 * Quantiles of measured values.
 *
 * @module
 */

/** The percentiles of every table of a load report. */
export const QUANTILES = [0.5, 0.9, 0.99, 0.999, 1] as const;

/** The smallest value that so large a share of the sorted values does not exceed; null of none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number | null {
  const place = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1));
  return sorted[place] ?? null;
}
