import { describe, expect, it } from "vitest";
import { attribute, type DropInterval } from "../../../../../src/core/listener/drops/drop-causes.ts";

const overflows = (count: number) => ({ listenOverflows: count, reqQFullDrops: 0, listenDrops: count });

function divided(interval: Partial<DropInterval> & Pick<DropInterval, "counters" | "rises">) {
  const { shares, rest } = attribute({ othersMoved: false, isOneMoment: true, ...interval });
  const rows = [...shares.values()].map(({ rise, refusedBy }) => ({
    value: rise.refused.value,
    exact: rise.refused.exact,
    cause: rise.cause,
    refusedBy: Object.fromEntries(Object.entries(refusedBy).filter(([, count]) => count > 0)),
  }));
  return { rows, rest };
}
const row = (value: number, exact: boolean, cause: string | null = "accept-queue-full") => ({
  value,
  exact,
  cause,
  refusedBy: cause === null ? {} : { [cause]: value },
});
const mover = (key: number, raw: number, sawFull = false) => ({ key, raw, sawFull });

describe("attribute", () => {
  it("gives all of it to a listener that moved alone, also where its final ACKs count twice", () => {
    expect(divided({ counters: overflows(3), rises: [mover(1, 5)] }).rows).toEqual([row(3, true)]);
  });

  it("gives the one cause to several that overflow at once, though not the exact number", () => {
    const { rows } = divided({ counters: overflows(90), rises: [mover(1, 70, true), mover(2, 50, true)] });
    expect(rows).toEqual([row(53, false), row(37, false)]);
  });

  it("gives the exact number where each packet was counted once", () => {
    expect(divided({ counters: overflows(3), rises: [mover(1, 2), mover(2, 1)] }).rows).toEqual([
      row(2, true),
      row(1, true),
    ]);
  });

  it("names no cause of a listener whose requests may have eaten all of its packets", () => {
    const { rows } = divided({ counters: overflows(50), rises: [mover(1, 80, true), mover(2, 4)] });
    expect(rows).toEqual([row(48, false), row(2, false, null)]);
  });

  it("gives a listener no more than its own drops where a neighbour closed meanwhile", () => {
    const { rows, rest } = divided({ counters: overflows(5), rises: [mover(1, 1)], othersMoved: true });
    expect(rows).toEqual([row(1, false, null)]);
    expect(rest).toEqual(overflows(4));
  });

  it("leaves for later what was refused after the drops were read, and what was read is exact", () => {
    const { rows, rest } = divided({ counters: overflows(5), rises: [mover(1, 3)], isOneMoment: false });
    expect(rows).toEqual([row(3, true)]);
    expect(rest).toEqual(overflows(2));
  });

  it("knows that nothing was refused where only requests ate packets", () => {
    expect(divided({ counters: overflows(0), rises: [mover(1, 3), mover(2, 1)] }).rows).toEqual([
      row(0, true, null),
      row(0, true, null),
    ]);
  });
});
