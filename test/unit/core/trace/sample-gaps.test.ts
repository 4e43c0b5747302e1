import { describe, expect, it } from "vitest";
import { sampleGaps } from "../../../../src/core/trace/sample-gaps.ts";

const at = (...times: number[]) => times.map((time) => ({ at: time, listener: "a" }));

describe("sampleGaps", () => {
  it("knows nothing from no sample, nor from one", () => {
    expect(sampleGaps([])).toEqual({ largestSampleGapMs: null, p99SampleGapMs: null });
    expect(sampleGaps(at(5))).toEqual({ largestSampleGapMs: null, p99SampleGapMs: null });
  });

  it("finds the largest gap", () => {
    expect(sampleGaps(at(0, 2, 9, 11)).largestSampleGapMs).toBe(7);
  });

  it("does not let one gap in a hundred count for the 99 %", () => {
    const times = Array.from({ length: 100 }, (_, place) => place * 2);
    expect(sampleGaps(at(...times, 1198))).toEqual({ largestSampleGapMs: 1000, p99SampleGapMs: 2 });
  });

  it("lets two gaps in a hundred count", () => {
    const times = Array.from({ length: 99 }, (_, place) => place * 2);
    expect(sampleGaps(at(...times, 1196, 2196))).toEqual({ largestSampleGapMs: 1000, p99SampleGapMs: 1000 });
  });

  it("measures each listener by its own samples", () => {
    const samples = [
      { at: 0, listener: "a" },
      { at: 50, listener: "b" },
      { at: 60, listener: "a" },
      { at: 55, listener: "b" },
    ];
    expect(sampleGaps(samples)).toEqual({ largestSampleGapMs: 60, p99SampleGapMs: 60 });
  });
});
