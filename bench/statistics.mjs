/**
 * The few numbers that describe many: median, quartiles, other percentiles. Pure.
 *
 * @module
 */

/** The value that `share` of the values do not exceed (nearest rank); NaN of nothing. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The value in the middle. */
export function median(values) {
  return percentile(values, 0.5);
}

/** The median, with the quartiles as its spread and how many values there were. */
export function summary(values) {
  return {
    value: median(values),
    low: percentile(values, 0.25),
    high: percentile(values, 0.75),
    runs: values.length,
  };
}

/** Each value divided by the one measured beside it, so that what disturbs both disturbs nothing. */
export function pairedRatios(values, others) {
  return values.map((value, place) => value / others[place]);
}
