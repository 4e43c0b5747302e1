/**
 * What was seen of a listener's load, and the demand that follows from it. The three ways to see it are beside this file.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";

/** A stretch in which nobody was accepted although somebody waited. */
export interface SeenPause {
  /** Milliseconds since the look began. */
  readonly fromMs: number;
  readonly lastsMs: number;
}

/** Load and pauses of one listener, as they were seen. */
export interface Observation {
  /** What was looked at, such as `127.0.0.1:8080 for 30 s`. */
  readonly source: string;
  /** How long was looked, in milliseconds. */
  readonly seenMs: number;
  /** New connections a second; of a recording that of its busiest intervals. */
  readonly ratePerSecond: number;
  /** Shortest first is not promised: in the order of time. */
  readonly pauses: readonly SeenPause[];
  /** The longest that the accept queue was, and its limit; null where neither can be seen. */
  readonly longestQueue: number | null;
  readonly limit: number | null;
  /** Packets that were refused meanwhile; null where nobody counted. */
  readonly refused: number | null;
  /** How this was worked out, and what it cannot tell, in sentences. */
  readonly notes: readonly string[];
}

/** So many pauses before "they recur" is more than chance. */
const RECURRING = 3;

/** @throws {UsageError} where nobody came */
export function rateSeen({ source, ratePerSecond }: Observation): number {
  if (ratePerSecond > 0) return ratePerSecond;
  throw new UsageError(
    `${source}: no connection came, so there is nothing to plan for; give --rate and --pause`,
  );
}

/**
 * The longest pause that was seen, and how often one comes; null for pauses that do not recur.
 *
 * @throws {UsageError} where the server was not seen to stand still: that may be luck, and nothing calming follows from it
 */
export function pauseSeen(seen: Observation): {
  readonly pauseMs: number;
  readonly pauseEveryMs: number | null;
} {
  const { source, ratePerSecond, pauses } = seen;
  const pauseMs = pauses.reduce((longest, { lastsMs }) => Math.max(longest, lastsMs), 0);
  if (pauseMs > 0) return { pauseMs, pauseEveryMs: distanceOf(pauses, pauseMs) };
  throw new UsageError(
    `${source}: ${Number(ratePerSecond.toPrecision(3))} connections a second, and no pause was seen; how long the server may stand still has to be given: --pause`,
  );
}

/** From one pause to the next in the mean; null for pauses that are too few, or longer than their distance. */
function distanceOf(pauses: readonly SeenPause[], longestMs: number): number | null {
  const grave = pauses.filter(({ lastsMs }) => lastsMs >= longestMs / 2);
  const [first, last] = [grave[0], grave.at(-1)];
  if (grave.length < RECURRING || first === undefined || last === undefined) return null;
  const distanceMs = (last.fromMs - first.fromMs) / (grave.length - 1);
  return distanceMs > longestMs ? distanceMs : null;
}

/** A quantile of how long pauses last, in milliseconds; 0 of none. */
export function pauseQuantile(pauses: readonly SeenPause[], share: number): number {
  const sorted = pauses.map(({ lastsMs }) => lastsMs).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
