import { describe, expect, it } from "vitest";
import { boundRefused } from "../../../../../src/core/listener/drops/bound-refused.ts";

const nothing = { own: 0, shared: 0 };
/** As seen on Linux 6.12 of two listeners whose SYN queues were flooded at once: 39 and 20 drops of their own, 59 together. */
const flooded = (own: number) => ({
  "accept-queue-full": nothing,
  "syn-queue-full": { own, shared: 59 },
  other: { own: 0, shared: 3 },
});

describe("boundRefused", () => {
  it.each([
    [0, 39, 39],
    [10, 39, 29],
    [39, 39, 0],
    [40, 39, 0],
    [0, 100, 59],
    [0, null, 59],
  ])("with %i surely its own and its counter up by %s, shares %i", (own, rise, shared) => {
    const bounded = boundRefused(flooded(own), rise);
    expect(bounded["syn-queue-full"]).toEqual({ own, shared });
    expect(bounded.other.shared).toBe(Math.min(3, shared));
    expect(bounded["accept-queue-full"]).toEqual(nothing);
  });
});
