/**
 * How densely the queues were sampled: a trace must tell how long it may have been blind.
 *
 * @module
 */
import type { QueueSample, RecordingQuality } from "./trace.ts";

/** The largest gap between two samples of one listener, and the one that 99 % do not exceed. */
export function sampleGaps(
  samples: readonly Pick<QueueSample, "at" | "listener">[],
): Pick<RecordingQuality, "largestSampleGapMs" | "p99SampleGapMs"> {
  const last = new Map<string, number>();
  const gaps: number[] = [];
  for (const { at, listener } of samples) {
    const before = last.get(listener);
    if (before !== undefined) gaps.push(at - before);
    last.set(listener, at);
  }
  gaps.sort((a, b) => a - b);
  return {
    largestSampleGapMs: gaps.at(-1) ?? null,
    p99SampleGapMs: gaps[Math.ceil(gaps.length * 0.99) - 1] ?? null,
  };
}
