/**
 * The backlog by arithmetic: how many come while the server stands still. It sees one pause and nothing that comes back.
 *
 * @module
 */
import { type Demand, possiblePausesMs } from "./demand.ts";
import { mixedPoissonQuantile } from "./poisson.ts";

/** The answer of one line. */
export interface Arithmetic {
  /** How many connections come in a pause, in the mean. */
  readonly mean: number;
  /** How many in all but the wanted share of pauses. */
  readonly quantile: number;
  /** The smallest backlog whose queue holds that many: the queue holds one more than its limit. */
  readonly backlog: number;
}

/** @kernel include/net/sock.h sk_acceptq_is_full() v6.18 */
export function arithmeticOf(demand: Demand): Arithmetic {
  const { ratePerSecond, arrivals, share } = demand;
  const means = possiblePausesMs(demand).map((ms) => (ratePerSecond * ms) / 1000);
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
  const quantile = arrivals === "even" ? evenQuantile(means, share) : mixedPoissonQuantile(means, share);
  return { mean, quantile, backlog: Math.max(0, quantile - 1) };
}

/** The count that so many pauses do not exceed when clients come at equal distances. */
function evenQuantile(means: readonly number[], share: number): number {
  const sorted = [...means].sort((a, b) => a - b);
  return Math.ceil(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
}
