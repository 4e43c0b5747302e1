/**
 * Marks of an axis at round numbers: 1, 2 or 5 times a power of ten apart.
 *
 * @module
 */

/** Where the marks are, and how they are written. */
export interface RoundMarks {
  readonly values: readonly number[];
  /** A value with as many digits as the distance of the marks has. */
  text(value: number): string;
}

const STEPS = [1, 2, 5, 10] as const;

/** Marks from 0 to `last`, at most `most` of them and at least two. */
export function roundMarks(last: number, most: number): RoundMarks {
  const least = Math.max(last, Number.EPSILON) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = (STEPS.find((one) => one * power >= least * (1 - 1e-9)) ?? 10) * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const count = Math.floor(last / step + 1e-9) + 1;
  return {
    values: Array.from({ length: count }, (_, place) => place * step),
    text: (value) => value.toFixed(digits),
  };
}
