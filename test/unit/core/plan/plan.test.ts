import { describe, expect, it } from "vitest";
import { rulesOf, simulate } from "../../../../src/core/model/index.ts";
import { arithmeticOf } from "../../../../src/core/plan/arithmetic.ts";
import type { Demand } from "../../../../src/core/plan/demand.ts";
import { latenessOf, planBacklog, proofOf, refusedShareIn } from "../../../../src/core/plan/index.ts";
import { poissonQuantile } from "../../../../src/core/plan/poisson.ts";
import { predict } from "../../../../src/core/plan/predict.ts";
import { timetableOf } from "../../../../src/core/plan/timetable.ts";

const rules = rulesOf("6.14");

function demand(changes: Partial<Demand> = {}): Demand {
  return {
    ratePerSecond: 200,
    arrivals: "poisson",
    pauseMs: 200,
    pauseEveryMs: null,
    acceptMs: 0.05,
    acceptors: 1,
    patienceMs: 3_000,
    roundTripMs: 2,
    share: 0.99,
    ...changes,
  };
}

describe("the Poisson distribution", () => {
  // The first three by sums in 50 digits, the fourth by the logarithm of the gamma function.
  it.each([
    [4, 0.5, 4],
    [1000, 0.999, 1099],
    [0.1, 0.999, 2],
    [250_000, 0.99, 251_164],
    [0, 0.999, 0],
  ])("has its quantile of mean %d at %d", (mean, probability, count) => {
    expect(poissonQuantile(mean, probability)).toBe(count);
  });
});

describe("the arithmetic", () => {
  it("takes one off, since the queue holds one more than its limit", () => {
    const { mean, quantile, backlog } = arithmeticOf(
      demand({ ratePerSecond: 2000, pauseMs: 500, share: 0.999 }),
    );
    expect([mean, quantile, backlog]).toEqual([1000, 1099, 1098]);
  });

  it("has no chance in it where clients come evenly", () => {
    expect(arithmeticOf(demand({ arrivals: "even" })).backlog).toBe(39);
  });
});

describe("a prediction", () => {
  const options = { rules, seed: 7, runs: 10, withEcho: true };

  it("is the same for the same seed and another for another", () => {
    expect(predict(demand(), 20, options)).toEqual(predict(demand(), 20, options));
    expect(predict(demand(), 20, { ...options, seed: 8 })).not.toEqual(predict(demand(), 20, options));
  });

  it("refuses fewer with a longer queue, and none where all of a pause fit", () => {
    const shares = [0, 10, 20, 30, 80].map((backlog) => predict(demand(), backlog, options).refused.mean);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[0]).toBeGreaterThan(0.9);
    expect(shares.at(-1)).toBe(0);
  });

  it("lets nobody wait longer than the pause where nobody is refused, and a second where somebody is", () => {
    expect(predict(demand(), 200, options).waitMs.p999).toBeLessThan(210);
    expect(predict(demand(), 10, options).waitMs.p99).toBeGreaterThan(1_000);
  });

  it("loses who has no patience for another SYN", () => {
    expect(predict(demand({ patienceMs: 500 }), 10, options).lost.mean).toBeGreaterThan(0.5);
    expect(predict(demand({ patienceMs: 3_000 }), 10, options).lost.mean).toBeLessThan(0.02);
  });

  it("sees the refused come back into the next pause, which one pause alone does not have", () => {
    const recurring = demand({ pauseEveryMs: 1_000, pauseMs: 300 });
    const impatient = predict({ ...recurring, patienceMs: 400 }, 30, options);
    const patient = predict({ ...recurring, patienceMs: 3_000 }, 30, options);
    expect(patient.refused.mean).toBeGreaterThan(impatient.refused.mean * 1.02);
  });

  it("is what the whole model says of the same clients, packet by packet", () => {
    const load = demand({ patienceMs: 10_000 });
    const proof = proofOf(load, 20, 3);
    const trace = simulate(proof.scenario, { rules }).trace;
    const one = predict(load, 20, { rules, seed: 3, runs: 1, withEcho: false });
    expect(refusedShareIn(proof, trace)).toBeGreaterThan(0.2);
    expect(refusedShareIn(proof, trace)).toBeCloseTo(one.refused.mean, 1);
  });

  it("is told from one on a machine that was late with a client or with a packet", () => {
    const proof = proofOf(demand({ ratePerSecond: 50 }), 20, 3);
    const simulated = simulate(proof.scenario, { rules }).trace;
    // The model looks at its queues when something happens, a machine all the time.
    const trace = { ...simulated, recording: { ...simulated.recording, largestSampleGapMs: 0 } };
    expect(latenessOf(proof, trace)).toBeLessThan(1);
    const lateCall = trace.calls.map((call) =>
      call.call === "connect" ? { ...call, at: call.at + 30 } : call,
    );
    expect(latenessOf(proof, { ...trace, calls: lateCall })).toBeGreaterThanOrEqual(30);
    const latePackets = trace.packets.map((one) => ({ ...one, arrivedAt: (one.arrivedAt ?? one.at) + 25 }));
    expect(latenessOf(proof, { ...trace, packets: latePackets })).toBeGreaterThanOrEqual(25);
  });
});

describe("a plan", () => {
  const options = { rules, seed: 1, whatIf: [] };

  it("answers the larger of arithmetic and model, and its own prediction keeps the promise", () => {
    const plan = planBacklog(demand(), options);
    expect(plan.backlog).toBe(Math.max(plan.arithmetic.backlog, plan.simulated ?? 0));
    expect(plan.predictions[0]?.refused.mean).toBeLessThanOrEqual(0.01);
    const half = predict(demand(), Math.floor((plan.backlog ?? 0) / 2), {
      rules,
      seed: 1,
      runs: 20,
      withEcho: false,
    });
    expect(half.refused.mean).toBeGreaterThan(0.01);
  });

  it("has no answer where more come than are taken", () => {
    const plan = planBacklog(demand({ acceptMs: 10 }), options);
    expect(plan).toMatchObject({ backlog: null, simulated: null, predictions: [] });
    expect(
      planBacklog(demand({ pauseMs: 900, pauseEveryMs: 1_000, acceptMs: 1 }), options).backlog,
    ).toBeNull();
  });

  it("says above which length a queue outlasts its clients", () => {
    expect(planBacklog(demand({ acceptMs: 4, patienceMs: 1_200 }), options).longestUseful).toBe(250);
  });

  it("refuses pauses without an end", () => {
    expect(() => planBacklog(demand({ pauseEveryMs: 200 }), options)).toThrow("--every (200 ms)");
  });
});

describe("a timetable", () => {
  it("has the wanted rate", () => {
    const { arrivalsMs, endMs } = timetableOf(demand({ ratePerSecond: 5_000 }), 1, true);
    expect((arrivalsMs.length / endMs) * 1000).toBeGreaterThan(4_800);
    expect((arrivalsMs.length / endMs) * 1000).toBeLessThan(5_200);
  });
});
