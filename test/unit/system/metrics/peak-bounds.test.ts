import { describe, expect, it } from "vitest";
import { PeakBounds } from "../../../../src/system/metrics/peak-bounds.ts";
import { listenerSample } from "../../../support/samples.ts";

const KEY = "4026531840 1f";

/** The bound after intervals that ended at these seconds, each with its own. */
function boundAfter(intervals: readonly (readonly [second: number, most: number | null])[]): number | null {
  const bounds = new PeakBounds();
  let boundOf = (_: string): number | null => null;
  for (const [second, peakAtMost] of intervals) {
    const verdict = peakAtMost === null ? "unheard" : "counted";
    const listeners = [listenerSample({ entries: { entered: 0, verdict, peakAtMost } })];
    boundOf = bounds.add({ at: second * 1_000, listeners });
  }
  return boundOf(KEY);
}

describe("PeakBounds", () => {
  it("has the highest of the last minute", () => {
    expect(
      boundAfter([
        [0, 3],
        [10, 9],
        [20, 1],
      ]),
    ).toBe(9);
    expect(
      boundAfter([
        [0, 9],
        [30, 3],
        [61, 1],
      ]),
    ).toBe(3);
  });

  it("bounds nothing while an interval of that minute does not", () => {
    expect(
      boundAfter([
        [0, null],
        [10, 9],
      ]),
    ).toBeNull();
    expect(
      boundAfter([
        [0, null],
        [61, 9],
      ]),
    ).toBe(9);
  });

  it("knows nothing where entries are not heard", () => {
    expect(new PeakBounds().add({ at: 0, listeners: [listenerSample()] })(KEY)).toBeNull();
  });
});
