import { describe, expect, it } from "vitest";
import { causeRises, DropCauses } from "../../../../../src/core/listener/drops/cause-tally.ts";

const quiet = causeRises({});
const overflow = (packets: number) => causeRises({ ListenOverflows: packets, ListenDrops: packets });

describe("causeRises", () => {
  it("tells the two queues apart, and calls the rest other", () => {
    expect(causeRises({ ListenDrops: 10, ListenOverflows: 6, TCPReqQFullDrop: 3 })).toEqual({
      "accept-queue-full": 6,
      "syn-queue-full": 3,
      other: 1,
    });
  });

  it("does not go below zero where the counters were read a moment apart", () => {
    expect(causeRises({ ListenDrops: 1, ListenOverflows: 2 }).other).toBe(0);
  });
});

describe("DropCauses", () => {
  it("gives a cause to the one listener that moved, and shares it among several", () => {
    const causes = new DropCauses();
    causes.add([1n], overflow(4));
    causes.add([1n, 2n], overflow(5));
    expect(causes.of(1n)["accept-queue-full"]).toEqual({ own: 4, shared: 5 });
    expect(causes.of(2n)["accept-queue-full"]).toEqual({ own: 0, shared: 5 });
    expect(causes.of(3n)["accept-queue-full"]).toEqual({ own: 0, shared: 0 });
  });

  it("joins a listener's rise and its cause where the one was read before the other", () => {
    const causes = new DropCauses();
    causes.add([], overflow(3));
    causes.add([1n], quiet);
    causes.add([1n], quiet);
    causes.add([], overflow(2));
    expect(causes.of(1n)["accept-queue-full"].own).toBe(5);
  });

  it("gives no old cause to a listener that moves much later: it was a listener that has closed", () => {
    const causes = new DropCauses();
    causes.add([], overflow(3));
    for (let look = 0; look < 10; look++) causes.add([], quiet);
    causes.add([1n], quiet);
    expect(causes.of(1n)["accept-queue-full"].own).toBe(0);
  });
});
