import { describe, expect, it } from "vitest";
import {
  nextSegmentName,
  segmentName,
  segmentsToDelete,
} from "../../../../src/system/record/segment-files.ts";

const file = (path: string, bytes: number, writtenAtMs: number) => ({ path, bytes, writtenAtMs });
const files = [file("a", 40, 1_000), file("b", 40, 2_000), file("c", 40, 3_000)];

describe("the files of a recording", () => {
  it("sort by name as they were begun", () => {
    const names = ["2026-01-02T03:04:05.006Z", "2025-12-31T23:59:59.999Z"].map((at) =>
      segmentName(new Date(at)),
    );
    expect(names).toEqual(["listenq-20260102T030405006Z.lqr", "listenq-20251231T235959999Z.lqr"]);
    expect([...names].sort((a, b) => (a < b ? -1 : 1))).toEqual([names[1], names[0]]);
  });

  it("are named later than those that are there, whatever the clock says", () => {
    const there = { path: "/r/listenq-20260102T030405006Z.lqr" };
    const clockSetBack = Date.parse("2020-01-01T00:00:00Z");
    expect(nextSegmentName([there], clockSetBack)).toBe("listenq-20260102T030405007Z.lqr");
    expect(nextSegmentName([there], Date.parse("2026-01-02T03:04:06Z"))).toBe(
      "listenq-20260102T030406000Z.lqr",
    );
    expect(nextSegmentName([], clockSetBack)).toBe("listenq-20200101T000000000Z.lqr");
  });

  const pathsOf = (doomed: ReturnType<typeof segmentsToDelete>) => doomed.map(({ path }) => path);

  it("go, oldest first, until a new one fits beside the others", () => {
    const bounds = { maxBytes: 120, maxAgeMs: null };
    expect(pathsOf(segmentsToDelete(files, bounds, { nowMs: 4_000, neededBytes: 1 }))).toEqual(["a"]);
    expect(pathsOf(segmentsToDelete(files, bounds, { nowMs: 4_000, neededBytes: 41 }))).toEqual(["a", "b"]);
    expect(pathsOf(segmentsToDelete(files, bounds, { nowMs: 4_000, neededBytes: 500 }))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("go when they are too old, also behind one whose time lies in the future", () => {
    const ahead = [file("z", 40, 1e12), ...files];
    const bounds = { maxBytes: null, maxAgeMs: 1_500 };
    expect(pathsOf(segmentsToDelete(ahead, bounds, { nowMs: 4_000, neededBytes: 0 }))).toEqual(["a", "b"]);
  });

  it("stay within bounds", () => {
    const bounds = { maxBytes: 120, maxAgeMs: 3_000 };
    expect(segmentsToDelete(files, bounds, { nowMs: 4_000, neededBytes: 0 })).toEqual([]);
  });
});
