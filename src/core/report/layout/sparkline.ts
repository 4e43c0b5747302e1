/**
 * A row of numbers as a row of bars, eight heights. Pure.
 *
 * @module
 */
const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Bars for the last `width` values; `top` is the value of a full bar, a value above it is one too, and null is a gap. */
export function sparkline(values: readonly (number | null)[], top: number, width: number): string {
  const shown = width > 0 ? values.slice(-width) : [];
  return shown
    .map((value) => (value === null ? " " : barOf(value, top)))
    .join("")
    .padStart(Math.max(0, width));
}

/** Nothing is a blank, and whatever is not nothing is at least the lowest bar. */
function barOf(value: number, top: number): string {
  if (value <= 0) return " ";
  const step = Math.ceil((value / Math.max(1, top)) * BARS.length);
  return BARS[Math.min(BARS.length, Math.max(1, step)) - 1] ?? " ";
}
