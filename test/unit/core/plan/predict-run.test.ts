import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../../src/core/model/index.ts";
import { predictRun } from "../../../../src/core/plan/index.ts";
import { predict } from "../../../../src/core/plan/predict.ts";
import { shakenTimetable } from "../../../../src/core/plan/timetable.ts";

const demand = {
  ...({ ratePerSecond: 200, arrivals: "poisson", pauseMs: 300, pauseEveryMs: 1000, acceptMs: 1 } as const),
  ...{ acceptors: 1, patienceMs: 3000, roundTripMs: 2, share: 0.999 },
};
const options = { rules: rulesOf("6.14"), seed: 3, withEcho: false };

describe("the prediction of one run whose arrivals are known", () => {
  it("is narrower than that of one more run, and lies about its own run", () => {
    const one = predictRun(demand, 40, options);
    const another = predict(demand, 40, { ...options, runs: 20 }).refused;
    const own = predict(demand, 40, { ...options, runs: 1 }).refused;
    expect(one.high - one.low).toBeLessThan(another.high - another.low);
    expect(own.mean).toBeGreaterThanOrEqual(one.low);
    expect(own.mean).toBeLessThanOrEqual(one.high);
    expect(one.mean).toBeGreaterThan(0.1);
  });

  it("has the lab's pauses, from the last look before one to the first look after it", () => {
    const pauses = [{ fromMs: 200, untilMs: 643 }];
    const shaken = shakenTimetable({ arrivalsMs: [10, 20], pauses, endMs: 700 }, 1);
    const [{ fromMs, untilMs } = { fromMs: 0, untilMs: 0 }] = shaken.pauses;
    expect([fromMs >= 196, fromMs < 200]).toEqual([true, true]);
    expect([untilMs >= 644, untilMs < 648]).toEqual([true, true]);
  });

  it("is another one for other arrivals", () => {
    expect(predictRun(demand, 40, { ...options, seed: 4 })).not.toEqual(predictRun(demand, 40, options));
  });
});
