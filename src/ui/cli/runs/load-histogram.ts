/**
 * A load's times as HdrHistogram writes them, for those who plot wrk2's: value, percentile, count, 1/(1-percentile).
 *
 * @module
 */
// The one kind that is needed: the package's index brings its compressed formats and a WebAssembly module along.
import histogramModule from "hdr-histogram-js/dist/Int32Histogram.js";
import type { LoadRun } from "../../../core/load/index.ts";

const MICROSECONDS = 1000;
const DAY_US = 86_400_000_000;
const SIGNIFICANT_DIGITS = 3;
const TICKS_PER_HALF_DISTANCE = 5;

/** Milliseconds from the intended start to the end of the answer, of the answered requests alone; the others have no such time. */
export function encodeHgrm({ requests }: LoadRun): string {
  const histogram = new histogramModule.default(1, DAY_US, SIGNIFICANT_DIGITS);
  for (const { intendedAt, at, totalMs, failure } of requests)
    if (totalMs !== null && (failure === null || failure === "non-2xx"))
      histogram.recordValue(Math.round((totalMs + Math.max(0, at - intendedAt)) * MICROSECONDS));
  return histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, MICROSECONDS);
}
