/**
 * The most that can have waited at each listener over the last minute, from samples that each bound their own interval. Pure.
 *
 * @module
 */
import { PEAK_WINDOW_MS } from "../../core/listener/sample/peak-window.ts";
import type { Sample } from "../../core/listener/sample/sample.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";

interface Bound {
  readonly at: number;
  /** Null where some may have entered unheard. */
  readonly most: number | null;
}

/** Bounds by listener. */
export class PeakBounds {
  #known = new Map<string, readonly Bound[]>();

  /** Takes the sample's intervals in, and returns the bound of a listener by `sampleKey`: null where one interval has none. */
  add({ at, listeners }: Pick<Sample, "at" | "listeners">): (id: string) => number | null {
    const renewed = new Map<string, readonly Bound[]>();
    for (const listener of listeners) {
      if (listener.entries === null) continue;
      const id = sampleKey(listener);
      const recent = (this.#known.get(id) ?? []).filter((bound) => at - bound.at <= PEAK_WINDOW_MS);
      renewed.set(id, [...recent, { at, most: listener.entries.peakAtMost }]);
    }
    this.#known = renewed;
    return (id) => highest(renewed.get(id) ?? []);
  }
}

function highest(bounds: readonly Bound[]): number | null {
  const known = bounds.flatMap(({ most }) => (most === null ? [] : [most]));
  return known.length === 0 || known.length < bounds.length ? null : Math.max(...known);
}
