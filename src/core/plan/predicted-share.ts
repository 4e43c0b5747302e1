/**
 * A share that is known from several simulated runs, and how far one more run may lie from it.
 *
 * @module
 */

/** A share of connections, with the range in which one single run lies 95 times of 100. */
export interface PredictedShare {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Two standard deviations to each side, for a run that is not among these. */
export const SPREAD_SD: number = 2.1;

/** Over the shares of several runs. */
export function shareOver(shares: readonly number[]): PredictedShare {
  const { mean, variance } = momentsOf(shares);
  const spread = SPREAD_SD * Math.sqrt(variance * (1 + 1 / shares.length));
  return { mean, low: Math.max(0, mean - spread), high: Math.min(1, mean + spread) };
}

/** Of the runs themselves. */
export function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = meanOf(values);
  return { mean, variance: meanOf(values.map((value) => (value - mean) ** 2)) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
