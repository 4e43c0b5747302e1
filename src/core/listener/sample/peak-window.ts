/**
 * The longest that a queue was over the last 60 s, in memory that does not grow: one slot a second. Pure; times are
 * milliseconds of the caller's clock, which must not go backwards.
 *
 * @module
 */
import type { QueuePeak } from "./sample.ts";

/** How far back a peak counts, in milliseconds; the oldest second may count a little longer. */
export const PEAK_WINDOW_MS = 60_000;

const SLOT_MS = 1_000;
const SLOTS = PEAK_WINDOW_MS / SLOT_MS + 1;

/** Peaks by second. */
export class PeakWindow {
  readonly #slots: (QueuePeak | undefined)[] = [];

  /** A length at a moment; of equal lengths in one second a seen one counts before one known by drops. */
  add(peak: QueuePeak): void {
    const second = Math.floor(peak.at / SLOT_MS);
    const place = second % SLOTS;
    const known = this.#slots[place];
    const isOld = known === undefined || Math.floor(known.at / SLOT_MS) !== second;
    if (isOld || isHigher(peak, known)) this.#slots[place] = peak;
  }

  /** The highest of the last 60 s, the latest of equals; null if none was added in that time. */
  highest(at: number): QueuePeak | null {
    let highest: QueuePeak | null = null;
    for (const peak of this.#slots) {
      if (peak === undefined || at - peak.at > PEAK_WINDOW_MS) continue;
      if (highest === null || isHigher(peak, highest) || isLaterEqual(peak, highest)) highest = peak;
    }
    return highest;
  }
}

function isHigher(a: QueuePeak, b: QueuePeak): boolean {
  return a.length > b.length || (a.length === b.length && a.by === "seen" && b.by === "drops");
}

function isLaterEqual(a: QueuePeak, b: QueuePeak): boolean {
  return a.length === b.length && a.by === b.by && a.at > b.at;
}
