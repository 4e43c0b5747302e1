import { describe, expect, it } from "vitest";
import type { WindowEntries } from "../../../../../src/core/listener/facts.ts";
import {
  betweenLooks,
  entryTrouble,
  peakBoundText,
} from "../../../../../src/core/report/text/live/entry-words.ts";
import { formatSample, sampleLines } from "../../../../../src/core/report/text/sample-table.ts";
import { listenerSample, sampleOf } from "../../../../support/samples.ts";

function words(entries: WindowEntries | null): string {
  return betweenLooks({ entries, lengthFirst: 2, lengthLast: 5 });
}

describe("betweenLooks", () => {
  it("says what may have been missed where entries are not heard, or not all", () => {
    expect(words(null)).toBe("a shorter peak may have been missed, a drop not");
    expect(words({ entered: 7, verdict: "unheard", lengthAtMost: null })).toBe(
      "the kernel told of 7 that entered, and not of all: a shorter peak may have been missed, a drop not",
    );
  });

  it("bounds the queue, and tells how many left it where the counter agrees", () => {
    expect(words({ entered: 40, verdict: "counted", lengthAtMost: 12 })).toBe(
      "between two looks it was 12 at most, as the kernel told of 40 that entered; so 37 connections left it",
    );
  });

  it("says of a queue that stands still that none entered", () => {
    expect(words({ entered: 0, verdict: "counted", lengthAtMost: 2 })).toMatch(/none entered meanwhile$/);
    expect(words({ entered: 0, verdict: "counted", lengthAtMost: 3 })).toMatch(/3 at most/);
  });

  it("claims no number where some may be another listener's", () => {
    const said = words({ entered: 40, verdict: "at-most", lengthAtMost: 12 });
    expect(said).toMatch(/12 at most.*or another listener at this address$/);
    expect(said).not.toMatch(/left it/);
  });
});

describe("a sample's text", () => {
  const entries = { entered: 9, verdict: "counted", peakAtMost: 12 } as const;

  it("has a range where more can have waited than looks saw", () => {
    const text = (changes: Parameters<typeof listenerSample>[0]) => {
      const sample = sampleOf([listenerSample({ entries, ...changes })]);
      return formatSample(sampleLines(sample), sample.coverage, { filter: "", width: null });
    };
    expect(text({})).toMatch(/ 0\.\.12 /);
    expect(text({ peak: { length: 12, at: 0, by: "seen" } })).not.toMatch(/\.\./);
    expect(peakBoundText({ entries, intervalPeak: 3 })).toBe(", between looks 12 at most");
    expect(peakBoundText({ entries, intervalPeak: 12 })).toBe("");
    expect(peakBoundText({ entries: null, intervalPeak: 3 })).toBe("");
  });

  it("says why entries are not heard, and how many were lost", () => {
    expect(entryTrouble({ entries: null })).toEqual([]);
    expect(entryTrouble({ entries: { lost: 0, isOff: false, mostPerSecond: 5_000 } })).toEqual([]);
    expect(entryTrouble({ entries: { lost: 3, isOff: true, mostPerSecond: 5_000 } })).toEqual([
      "queue entries: not heard, as more than 5000 a second come",
      "queue entries: 3 records of the kernel's found no room",
    ]);
  });
});
