/**
 * How many of some connections stood in the queue at any moment, once their times are known.
 *
 * @module
 */
import type { QueueEntry } from "./queue-entry.ts";

/** Counts by two lists that ascend: when connections came into the queue, and when they were out of it for certain. */
export class QueueStanding {
  readonly #came: Float64Array;
  readonly #gone: Float64Array;

  /** @param goneAt when each of the entries was out of the queue for certain */
  constructor(entries: readonly QueueEntry[], goneAt: Float64Array) {
    this.#came = timesOf(entries, ({ passedAt }) => passedAt).sort();
    this.#gone = goneAt.slice().sort();
  }

  /** How many stood there just before a moment. */
  at(moment: number): number {
    return countBelow(this.#came, moment) - countUpTo(this.#gone, moment);
  }

  /** The largest number that ever stood there. */
  peak(): number {
    let [peak, come, gone] = [0, 0, 0];
    for (const at of this.#came) {
      if (!Number.isFinite(at)) break;
      come += 1;
      while ((this.#gone[gone] ?? at) <= at && gone < this.#gone.length) gone += 1;
      peak = Math.max(peak, come - gone);
    }
    return peak;
  }
}

/** One time of each entry, as an array that sorts by value and holds no objects. */
export function timesOf(entries: readonly QueueEntry[], pick: (entry: QueueEntry) => number): Float64Array {
  const times = new Float64Array(entries.length);
  let place = 0;
  for (const entry of entries) times[place++] = pick(entry);
  return times;
}

function countBelow(sorted: Float64Array, value: number): number {
  return lowerBound(sorted, (one) => one < value);
}

/** How many of a list that ascends are at most so large. */
export function countUpTo(sorted: Float64Array, value: number): number {
  return lowerBound(sorted, (one) => one <= value);
}

/** How many of a sorted list come before the first that does not fit. */
function lowerBound(sorted: Float64Array, fits: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(sorted[middle] ?? Number.NaN)) low = middle + 1;
    else high = middle;
  }
  return low;
}
