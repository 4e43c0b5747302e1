/**
 * How many refusals are by chance, from those that no limit allows.
 */
import { expect, it } from "vitest";
import type { Room } from "../../../../../src/core/explain/queue/fit.ts";
import { straysUpTo } from "../../../../../src/core/explain/queue/strays.ts";

const room = (most: number): Room => ({ most, isContradicted: most === 0, isCertain: true });

it("each refusal counts where none contradicts the queue", () => {
  expect(straysUpTo(0, [room(0), room(1)])(5)).toBe(0);
});

it("as many do not count as contradict it, where hardly anything passed at the level", () => {
  expect(
    straysUpTo(
      2,
      Array.from({ length: 98 }, () => room(0)),
    )(3),
  ).toBe(2);
});

it("more do not where much passed at the level: the same share of it was lost, or twice that", () => {
  const passes = [...Array.from({ length: 18 }, () => room(0)), ...Array.from({ length: 40 }, () => room(2))];
  const strays = straysUpTo(2, passes);
  expect(strays(1)).toBe(2);
  expect(strays(2)).toBe(8);
});
