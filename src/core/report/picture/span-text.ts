/**
 * Lengths of time for people: three digits and a unit that suits them.
 *
 * @module
 */

/** Such as `"0.12 ms"`, `"20 ms"`, `"1.02 s"`, `"4 min 10 s"`. */
export function spanText(ms: number): string {
  if (ms < 0.995) return `${trim(ms.toFixed(2))} ms`;
  if (ms < 99.95) return `${trim(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 99_950) return `${trim((ms / 1000).toFixed(2))} s`;
  if (ms < 599_500) return `${(ms / 1000).toFixed(0)} s`;
  const seconds = Math.round(ms / 1000);
  const rest = seconds % 60;
  return rest === 0 ? `${(seconds - rest) / 60} min` : `${(seconds - rest) / 60} min ${rest} s`;
}

/** A moment of something that takes `wholeMs`, counted from its beginning: seconds, or milliseconds of what is over at once. */
export function clockText(atMs: number, wholeMs: number): string {
  return wholeMs < 100 ? `${atMs.toFixed(2)} ms` : `${(atMs / 1000).toFixed(3)} s`;
}

function trim(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
