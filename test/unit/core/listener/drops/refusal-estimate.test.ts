import { describe, expect, it } from "vitest";
import { estimateRefusals } from "../../../../../src/core/listener/drops/refusal-estimate.ts";

describe("refused packets from one look", () => {
  it("are surely none where the listener's own counter or the namespace's is 0", () => {
    expect(estimateRefusals([0, 7], 5)[0]).toEqual({ value: 0, exact: true });
    expect(estimateRefusals([3], 0)).toEqual([{ value: 0, exact: true }]);
  });

  it("are never more than the raw counter, however much the namespace has refused", () => {
    expect(estimateRefusals([4], 100)).toEqual([{ value: 4, exact: false }]);
  });

  it("leave out what the raw counter counted twice: a refused final ACK", () => {
    // One SYN (1) and three final ACKs (2 each): d is 7, ListenDrops 4.
    expect(estimateRefusals([7], 4)).toEqual([{ value: 4, exact: false }]);
  });

  it("are shared out by raw counter where several listeners dropped", () => {
    expect(estimateRefusals([30, 10], 20)).toEqual([
      { value: 15, exact: false },
      { value: 5, exact: false },
    ]);
  });

  it("are unknown without a counter", () => {
    expect(estimateRefusals([null, 2], 2)[0]).toEqual({ value: null, exact: false });
    expect(estimateRefusals([2], null)).toEqual([{ value: null, exact: false }]);
  });
});
