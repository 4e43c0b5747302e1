/**
 * The backlog by arithmetic: how many come while the server stands still. It sees one pause and nothing that comes back.
 *
 * @module
 */
import type { Demand } from "./demand.ts";
import { poissonQuantile } from "./poisson.ts";

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
export function arithmeticOf({ ratePerSecond, arrivals, pauseMs, share }: Demand): Arithmetic {
  const mean = (ratePerSecond * pauseMs) / 1000;
  const quantile = arrivals === "even" ? Math.ceil(mean) : poissonQuantile(mean, share);
  return { mean, quantile, backlog: Math.max(0, quantile - 1) };
}
