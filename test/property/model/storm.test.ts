import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ERA_NAMES,
  type FullTest,
  rulesOf,
  type StormPlan,
  simulateStorm,
  withRules,
} from "../../../src/core/model/index.ts";
import { propertyOptions } from "../seed.ts";

const eras = fc.constantFrom(...ERA_NAMES);
/** Storms in which both queues overflow, in one of which nobody is ever served. */
const plans = fc
  .record({
    era: eras,
    connections: fc.integer({ min: 1, max: 120 }),
    gap: fc.integer({ min: 0, max: 30 }),
    delayMs: fc.integer({ min: 0, max: 40 }),
    backlog: fc.integer({ min: 0, max: 8 }),
    workers: fc.integer({ min: 0, max: 3 }),
    service: fc.integer({ min: 1, max: 400 }),
    sendsRequest: fc.boolean(),
    syncookies: fc.integer({ min: 0, max: 1 }),
    abort: fc.integer({ min: 0, max: 1 }),
  })
  .map(
    ({ era, gap, service, syncookies, abort, ...rest }): StormPlan => ({
      ...rest,
      rules: rulesOf(era),
      gapMs: () => gap,
      serviceMs: () => service,
      sysctls: {
        "net.ipv4.tcp_syncookies": syncookies,
        "net.ipv4.tcp_abort_on_overflow": abort,
        "net.ipv4.tcp_syn_retries": 3,
      },
      sampleEveryMs: 7,
      untilMs: 60_000,
    }),
  );

describe("a storm", () => {
  it("gives every client exactly one end", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { served, reset, timedOut, waiting } = simulateStorm(plan).outcomes;
        expect(served + reset + timedOut + waiting).toBe(plan.connections);
      }),
      propertyOptions(),
    );
  });

  it("never has a queue longer than it can be, nor shorter than 0", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { longest, samples } = simulateStorm(plan);
        expect(longest.acceptQueue).toBeLessThanOrEqual(plan.backlog + 1);
        const lengths = samples.flatMap(({ acceptQueue, synQueue }) => [acceptQueue, synQueue]);
        expect(Math.min(0, ...lengths)).toBe(0);
        expect(Math.max(...samples.map(({ synQueue }) => synQueue))).toBeLessThanOrEqual(longest.synQueue);
        if (plan.rules.synQueueBound === "limit" && plan.sysctls?.["net.ipv4.tcp_syncookies"] === 0)
          expect(longest.synQueue).toBeLessThanOrEqual(plan.backlog + 1);
      }),
      propertyOptions(),
    );
  });

  it("has an accept queue of limit + 1, and of limit where the test is >=", () => {
    const plan = { connections: 10, gapMs: () => 1, delayMs: 1, backlog: 2, workers: 0, serviceMs: () => 1 };
    const longestWith = (acceptQueueTest: FullTest) => {
      const rules = withRules(rulesOf("6.14"), { acceptQueueTest });
      return simulateStorm({ ...plan, rules, sampleEveryMs: null, untilMs: 100 }).longest.acceptQueue;
    };
    expect([longestWith(">"), longestWith(">=")]).toEqual([3, 2]);
  });

  it("makes as many connections as are served, wait, or were closed by their client", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { outcomes, counters, samples } = simulateStorm(plan);
        const inService = plan.workers;
        const waiting = samples.at(-1)?.acceptQueue ?? 0;
        expect(counters["PassiveOpens"]).toBeGreaterThanOrEqual(outcomes.served);
        // Nobody leaves the queue but by accept(), and a worker holds one at most; the last sample is up to 7 ms old.
        if (outcomes.waiting === 0) expect(counters["PassiveOpens"]).toBeLessThanOrEqual(plan.connections);
        else
          expect((counters["PassiveOpens"] ?? 0) - outcomes.served).toBeLessThanOrEqual(
            inService + plan.backlog + 1,
          );
        expect(waiting).toBeLessThanOrEqual(plan.backlog + 1);
      }),
      propertyOptions(),
    );
  });

  it("is the same again", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(simulateStorm(plan)).toEqual(simulateStorm(plan));
      }),
      propertyOptions(50),
    );
  });

  it("is the same in slow motion: with every time doubled, each connect() takes twice as long", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        // Timers to the tick, and no coarser; fixed limits of the kernel in time are out of reach.
        const base = { hasCoarseTimerWheel: false, limitsDuplicateSyns: false } as const;
        const rules = withRules(plan.rules, base);
        const { firstTimeoutMs, leastRtoMs, requestTimer } = rules;
        fc.pre(requestTimer === "own");
        const slow = withRules(rules, { firstTimeoutMs: 2 * firstTimeoutMs, leastRtoMs: 2 * leastRtoMs });
        const untilMs = 8000;
        const one = simulateStorm({ ...plan, rules, hz: 1000, untilMs });
        const other = simulateStorm({
          ...plan,
          rules: slow,
          hz: 500,
          gapMs: (place) => 2 * plan.gapMs(place),
          delayMs: 2 * plan.delayMs,
          serviceMs: (place) => 2 * plan.serviceMs(place),
          untilMs: 2 * untilMs,
        });
        expect(other.outcomes).toEqual(one.outcomes);
        expect([...other.connectMs]).toEqual([...one.connectMs].map((ms) => 2 * ms));
      }),
      propertyOptions(100),
    );
  });
});
