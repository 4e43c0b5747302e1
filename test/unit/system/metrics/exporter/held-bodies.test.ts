import { describe, expect, it } from "vitest";
import { HeldBodies } from "../../../../../src/system/metrics/exporter/held-bodies.ts";

class Taker {
  isEnded = false;
  destroy(): void {
    this.isEnded = true;
  }
}

function takers(count: number): Taker[] {
  return Array.from({ length: count }, () => new Taker());
}

describe("HeldBodies", () => {
  it("ends those with the oldest page when a newer one does not fit beside it, and no others", () => {
    const held = new HeldBodies(20);
    const [a, b, c] = [Buffer.alloc(10), Buffer.alloc(10), Buffer.alloc(10)];
    const [first, second, third, fourth] = takers(4);
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
    held.hold(a, first);
    held.hold(a, second);
    held.hold(b, third);
    expect(held.bytes).toBe(20);
    held.hold(c, fourth);
    expect([first, second, third, fourth].map(({ isEnded }) => isEnded)).toEqual([true, true, false, false]);
    expect(held.bytes).toBe(20);
  });

  it("holds one page for however many, and none that was taken", () => {
    const held = new HeldBodies(15);
    const page = Buffer.alloc(10);
    const done = takers(64).map((taker) => held.hold(page, taker));
    expect(held.bytes).toBe(10);
    for (const release of done) release();
    expect(held.bytes).toBe(0);
  });

  it("sends the newest page whatever its size", () => {
    const held = new HeldBodies(5);
    const [taker] = takers(1);
    if (taker === undefined) return;
    held.hold(Buffer.alloc(10), taker);
    expect(taker.isEnded).toBe(false);
  });
});
