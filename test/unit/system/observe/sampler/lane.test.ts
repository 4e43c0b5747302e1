import { describe, expect, it } from "vitest";
import { Lane } from "../../../../../src/system/observe/sampler/lane.ts";

/** Takes looks of this cost, each when it is due; the times at which they began. */
function run(lane: Lane, costMs: number, count: number, from = 0): number[] {
  let at = from;
  return Array.from({ length: count }, () => {
    at = Math.max(at, lane.dueAt);
    lane.looked(at, at + costMs);
    return at;
  });
}

describe("a lane", () => {
  it("keeps its distance while it is cheap", () => {
    const times = run(new Lane({ everyMs: 10, mostShare: 0.01 }), 0.05, 5);
    expect(times).toEqual([0, 10, 20, 30, 40]);
  });

  it("slows down until it costs no more than its share", () => {
    const lane = new Lane({ everyMs: 10, mostShare: 0.01 });
    run(lane, 1, 9);
    expect(lane.everyMs).toBe(100);
  });

  it("does not take one disturbed look, or the first ones, for its cost", () => {
    const lane = new Lane({ everyMs: 10, mostShare: 0.01 });
    run(lane, 5, 4);
    expect(lane.everyMs).toBe(10);
    run(lane, 0.05, 9, 100);
    lane.looked(1_000, 1_050);
    expect(lane.everyMs).toBe(10);
  });

  it("does not hurry after it was late", () => {
    const lane = new Lane({ everyMs: 10, mostShare: 1 });
    run(lane, 0, 2);
    lane.looked(500, 500);
    expect(lane.dueAt).toBe(510);
  });

  it("tells how many looks there were and the longest distance, once", () => {
    const lane = new Lane({ everyMs: 10, mostShare: 1 });
    run(lane, 0, 3);
    lane.looked(75, 75);
    expect(lane.report()).toEqual({ everyMs: 10, looks: 4, longestGapMs: 55 });
    expect(lane.report()).toEqual({ everyMs: 10, looks: 0, longestGapMs: null });
  });
});
