import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../../src/core/model/index.ts";
import type { Demand } from "../../../../src/core/plan/demand.ts";
import { planSynQueue, type SynQueueOptions } from "../../../../src/core/plan/syn-queue-plan.ts";
import {
  synQueueLines,
  synQueueTable,
  synQueueWarning,
} from "../../../../src/core/report/text/plan/plan-syn-queue-text.ts";

const rules = rulesOf("6.14");
const demand: Demand = {
  ratePerSecond: 1000,
  arrivals: "poisson",
  pauseMs: 50,
  pauseEveryMs: null,
  acceptMs: 0.05,
  acceptors: 1,
  patienceMs: 3_000,
  roundTripMs: 200,
  share: 0.99,
};
const STYLE = { width: 2000, paint: (_: string, text: string) => text };

function ask(changes: Partial<SynQueueOptions> = {}, of: Demand = demand) {
  const plan = planSynQueue(of, { rules, seed: 1, backlogs: [50], loss: 0, maxSynBacklog: 1024, ...changes });
  const [off, whenFull, always] = plan.fates;
  if (off === undefined || whenFull === undefined || always === undefined)
    throw new Error("three fates are due");
  return { plan, off, whenFull, always };
}

describe("the SYN queue of a plan", () => {
  it("is rate x round trip long in the mean, and longer with loss", () => {
    expect(ask().plan).toMatchObject({ standsMs: 200, mean: 200, quantile: 245 });
    // 19 % of rounds fail at 10 % each way: 0.19 x 1 s + 0.19^2 x 2 s + ...
    const lossy = ask({ loss: 0.1 }).plan.standsMs - 200;
    expect(lossy).toBeCloseTo(190 + 72.2 + 27.436 + 10.426 + 3.962, 1);
  });

  it("drops no SYN and sends no cookie where all handshakes fit", () => {
    const { plan, off, whenFull } = ask({ backlogs: [400] });
    expect([off.refused.high, whenFull.cookies.high]).toEqual([0, 0]);
    expect(off.longest).toBeGreaterThan(200);
    expect([synQueueTable(plan), synQueueWarning(plan, 400)]).toEqual([[], ""]);
  });

  it("drops what a full queue cannot keep without cookies: 51 a round trip of 200 ms are 255 a second of 1000", () => {
    const { off } = ask();
    expect([off.capacity, off.longest]).toEqual([51, 51]);
    expect(off.refused.mean).toBeGreaterThan(1 - 255 / 1000 - 0.1);
    expect(off.cookies.high).toBe(0);
  });

  it("answers by a cookie instead with 1, and every SYN with 2", () => {
    const { whenFull, always } = ask();
    expect(whenFull.refused.high).toBe(0);
    expect(whenFull.cookies.mean).toBeGreaterThan(0.6);
    expect(whenFull.cookies.mean).toBeLessThan(1);
    // The accept queue of 51 refuses a few.
    expect(always).toMatchObject({ capacity: 0, longest: 0 });
    expect(always.cookies.mean).toBeGreaterThan(0.99);
  });

  it("keeps the last quarter of tcp_max_syn_backlog back only without cookies", () => {
    const { plan, off, whenFull } = ask({ backlogs: [4096], maxSynBacklog: 128 });
    expect([off.capacity, off.longest, whenFull.capacity]).toEqual([97, 97, 4097]);
    expect(off.refused.mean).toBeGreaterThan(0.4);
    expect(whenFull.cookies.high).toBe(0);
    expect(synQueueWarning(plan, 4096)).toContain("full with net.ipv4.tcp_syncookies 0");
  });

  it.each([
    ["3.0", 64, 64],
    ["4.4", 50, 0],
    ["6.14", 51, 0],
  ] as const)("has the capacity of Linux %s", (era, whenFullKeeps, alwaysKeeps) => {
    const { plan, whenFull, always } = ask({ rules: rulesOf(era) }, { ...demand, ratePerSecond: 20 });
    expect(plan.enoughBacklog).toBe(plan.quantile - (era === "6.14" ? 1 : 0));
    expect([whenFull.capacity, always.capacity]).toEqual([whenFullKeeps, alwaysKeeps]);
  });

  it("is said first where the answer's own is full, with the arithmetic, the share and what cookies cost", () => {
    const { plan, off } = ask();
    const text = synQueueLines(plan, demand, STYLE).join("\n");
    expect(text).toContain("1000/s x 200 ms are 200 handshakes on their way in the mean, at most 245 in");
    expect(text).toContain(`drops ${Number((off.refused.mean * 100).toFixed(2))} % of the SYNs`);
    expect(text).toContain("From backlog 244 on");
    expect(text).toContain("neither window scaling nor SACK");
    expect(synQueueWarning(plan, 50)).toContain("SYN queue is full under this load");
    expect(synQueueTable(plan)).toHaveLength(6);
  });
});
