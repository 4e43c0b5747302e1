import { describe, expect, it } from "vitest";
import {
  contradictionWeight,
  levelWeight,
  orderWeight,
  returnWeight,
} from "../../../../../src/core/explain/queue/weights.ts";

const list = (...numbers: number[]) => Float64Array.from(numbers);

describe("contradictions", () => {
  it("speak against a queue, the more of them the more", () => {
    const passes = { count: 100, contradicted: 50 };
    const one = contradictionWeight({ count: 4, contradicted: 1 }, passes);
    const all = contradictionWeight({ count: 4, contradicted: 4 }, passes);
    expect(contradictionWeight({ count: 4, contradicted: 0 }, passes)).toBeGreaterThan(2);
    expect(one).toBeGreaterThan(all);
    expect(all).toBeLessThan(-8);
  });

  it("say nothing where no moment could have contradicted", () => {
    expect(contradictionWeight({ count: 9, contradicted: 0 }, { count: 100, contradicted: 0 })).toBe(0);
  });
});

describe("order", () => {
  it("speaks for a queue where refusals follow refusals", () => {
    expect(orderWeight(list(5, 6, 7, 8), list(1, 2, 3, 4, 9, 10, 11))).toBeGreaterThan(1.5);
  });

  it("speaks against it where they alternate with passes, and says nothing of none", () => {
    expect(orderWeight(list(2, 4, 6), list(1, 3, 5, 7))).toBeLessThan(-3);
    expect(orderWeight(list(), list(1, 2))).toBe(0);
    expect(orderWeight(list(1, 2), list())).toBe(0);
  });
});

describe("levels", () => {
  it("speak for a queue where many stand there at refusals and few at passes", () => {
    expect(levelWeight(list(5, 5, 6), list(0, 1, 2, 3, 4))).toBeGreaterThan(2);
    expect(levelWeight(list(0, 1, 1), list(2, 3, 4, 5, 6))).toBeLessThan(-2);
    expect(levelWeight(list(1, 2, 3), list(1, 2, 3))).toBeCloseTo(0);
  });
});

describe("returns", () => {
  it("speak for several queues where who was refused is refused again, and against them where nobody is", () => {
    const others = { refused: 4, passed: 40 };
    expect(returnWeight({ refused: 9, passed: 1 }, others)).toBeGreaterThan(10);
    expect(returnWeight({ refused: 0, passed: 40 }, { refused: 40, passed: 40 })).toBeLessThan(-10);
    expect(returnWeight({ refused: 0, passed: 0 }, others)).toBeCloseTo(0);
  });
});
