/**
 * A time axis on which every event has room: two moments are at least a line apart, and a long wait is only a little longer than
 * a short one. Order is kept, lengths are not.
 *
 * @module
 */

/** Room between two moments, however near they are. */
const LEAST_PX = 17;
const PX_PER_TENFOLD = 9;

/** Where each moment stands. */
export interface TimeAxis {
  /** The place of a moment that the axis was made for. */
  y(atMs: number): number;
  readonly height: number;
}

/** An axis for these moments, the first at `top`. */
export function timeAxis(momentsMs: readonly number[], top: number): TimeAxis {
  const moments = [...new Set(momentsMs)].sort((a, b) => a - b);
  const places = new Map<number, number>();
  let y = top;
  for (const [place, at] of moments.entries()) {
    const gapMs = place === 0 ? 0 : at - (moments[place - 1] ?? at);
    if (place > 0) y += LEAST_PX + PX_PER_TENFOLD * Math.max(0, Math.log10(gapMs));
    places.set(at, y);
  }
  return { y: (atMs) => places.get(atMs) ?? top, height: y - top };
}
