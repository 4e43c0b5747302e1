import { describe, expect, it } from "vitest";
import type { QueueEntries } from "../../../../../src/core/listener/sample/sample.ts";
import { WindowEntryTrack } from "../../../../../src/core/listener/window/window-entry-track.ts";

function told(entered: number, changes: Partial<QueueEntries> = {}): { entries: QueueEntries } {
  return { entries: { entered, verdict: "counted", peakAtMost: 0, ...changes } };
}

function windowOf(samples: readonly { entries?: QueueEntries | null }[]) {
  const track = new WindowEntryTrack();
  samples.slice(1).forEach((sample, place) => {
    track.add(samples[place] ?? {}, sample);
  });
  return track.facts();
}

describe("WindowEntryTrack", () => {
  it("adds up what entered, and has the highest bound", () => {
    expect(windowOf([told(5), told(9, { peakAtMost: 4 }), told(10, { peakAtMost: 1 })])).toEqual({
      entered: 5,
      verdict: "counted",
      lengthAtMost: 4,
    });
  });

  it("is worth as much as its weakest interval, and bounds nothing if one does not", () => {
    const samples = [told(0), told(1, { verdict: "at-most", peakAtMost: 1 }), told(2, { peakAtMost: 1 })];
    expect(windowOf(samples)).toMatchObject({ verdict: "at-most", lengthAtMost: 1 });
    const unheard = told(3, { verdict: "unheard", peakAtMost: null });
    expect(windowOf([...samples, unheard])).toMatchObject({ verdict: "unheard", lengthAtMost: null });
  });

  it("says nothing where they were not heard, as in a recording of an older version", () => {
    expect(windowOf([told(0), { entries: null }, told(1)])).toBeNull();
    expect(windowOf([{}, {}])).toBeNull();
    expect(windowOf([told(0)])).toBeNull();
  });
});
