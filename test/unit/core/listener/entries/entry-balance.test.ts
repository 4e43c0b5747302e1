import { describe, expect, it } from "vitest";
import { EntryBalance } from "../../../../../src/core/listener/entries/entry-balance.ts";

/** The verdict of an interval that began at 100 told and counted. */
function verdictOf(before: number, after: number, passiveOpens: number | null, began = 100) {
  const balance = new EntryBalance();
  expect(balance.read({ before: began, after: began, passiveOpens: 100 })).toBeNull();
  return balance.read({ before, after, passiveOpens });
}

describe("EntryBalance", () => {
  it("agrees where the counter rose by what was told", () => {
    expect(verdictOf(140, 140, 140)).toBe("counted");
  });

  it("agrees where connections came while the counter was read", () => {
    expect(verdictOf(140, 150, 145)).toBe("counted");
  });

  it("knows another namespace's entries: they are told, and not in this counter", () => {
    expect(verdictOf(141, 141, 140)).toBe("at-most");
  });

  it("knows entries that no event told of", () => {
    expect(verdictOf(140, 140, 141)).toBe("unheard");
  });

  it("says nothing without the counter", () => {
    expect(verdictOf(140, 140, null)).toBe("unheard");
  });

  it("begins anew with each interval", () => {
    const balance = new EntryBalance();
    balance.read({ before: 0, after: 0, passiveOpens: 0 });
    expect(balance.read({ before: 1, after: 1, passiveOpens: 2 })).toBe("unheard");
    expect(balance.read({ before: 3, after: 3, passiveOpens: 4 })).toBe("counted");
  });
});
