import { describe, expect, it } from "vitest";
import { arithmeticOf } from "../../../../src/core/plan/arithmetic.ts";
import type { Demand } from "../../../../src/core/plan/index.ts";
import { parsePauseList } from "../../../../src/core/plan/pause-list.ts";
import { mixedPoissonQuantile, poissonQuantile } from "../../../../src/core/plan/poisson.ts";
import { timetableOf } from "../../../../src/core/plan/timetable.ts";

const demand: Demand = {
  ratePerSecond: 1000,
  arrivals: "poisson",
  pauseMs: 500,
  pausesMs: [20, 30, 500],
  pauseEveryMs: 1000,
  acceptMs: 0.05,
  acceptors: 1,
  patienceMs: 3000,
  roundTripMs: 1,
  share: 0.999,
};

describe("a list of pauses", () => {
  it("is one duration a line, with remarks", () => {
    expect(parsePauseList("# gc\n12.5ms\n\n1s # a deploy\n", "gc.txt")).toEqual([12.5, 1000]);
  });

  it.each([
    ["5", "gc.txt, line 1: expected a pause such as 12.5ms, got 5"],
    ["1ms\n-3ms", "gc.txt, line 2: expected a pause such as 12.5ms, got -3ms"],
    ["0ms", "gc.txt, line 1: expected a pause such as 12.5ms, got 0ms"],
    ["# nothing", "gc.txt has no pause: one a line is expected, such as 12.5ms"],
  ])("says which line is wrong: %j", (text, message) => {
    expect(() => parsePauseList(text, "gc.txt")).toThrow(message);
  });
});

describe("measured pauses", () => {
  it("mix their distributions: a rare long one weighs as often as it comes", () => {
    expect(mixedPoissonQuantile([1000], 0.999)).toBe(poissonQuantile(1000, 0.999));
    expect(mixedPoissonQuantile([0, 0], 0.9)).toBe(0);
    const often = Array.from({ length: 999 }, () => 10);
    expect(mixedPoissonQuantile([...often, 1000], 0.99)).toBeLessThan(30);
    expect(mixedPoissonQuantile([...often, 1000], 0.9999)).toBeGreaterThan(1000);
  });

  it("need a queue for the longest where it is one of three, and the model draws from all", () => {
    expect(arithmeticOf(demand).mean).toBeCloseTo(550 / 3);
    expect(arithmeticOf(demand).quantile).toBeGreaterThan(550);
    const seeds = Array.from({ length: 10 }, (_, seed) => seed + 1);
    const lengths = seeds.flatMap((seed) =>
      timetableOf(demand, seed, false).pauses.map(({ fromMs, untilMs }) => untilMs - fromMs),
    );
    expect(new Set(lengths)).toEqual(new Set([20, 30, 500]));
  });
});
