import { describe, expect, it } from "vitest";
import { segmentName, segmentsToDelete } from "../../../../src/observe/record/segment-files.ts";

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

  it("go, oldest first, while they are too large together", () => {
    const doomed = segmentsToDelete(files, { maxBytes: 80, maxAgeMs: null }, 4_000);
    expect(doomed.map(({ path }) => path)).toEqual(["a"]);
  });

  it("go when they are too old, but never the last", () => {
    const doomed = segmentsToDelete(files, { maxBytes: null, maxAgeMs: 10 }, 99_000);
    expect(doomed.map(({ path }) => path)).toEqual(["a", "b"]);
  });

  it("stay within bounds", () => {
    expect(segmentsToDelete(files, { maxBytes: 120, maxAgeMs: 3_000 }, 4_000)).toEqual([]);
  });
});
