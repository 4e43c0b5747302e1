import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkConformance, generateScenario } from "../../../src/core/compare/kernel/index.ts";
import { ERA_NAMES, rulesOf, simulate, synTableSize } from "../../../src/core/model/index.ts";
import type { Scenario } from "../../../src/core/scenario/index.ts";
import { counterRise, type Trace } from "../../../src/core/trace/index.ts";
import { propertyOptions } from "../seed.ts";

const scenarios = fc
  .tuple(fc.nat(1_000_000), fc.nat(5000))
  .map(([seed, place]) => generateScenario(seed, place));
const eras = fc.constantFrom(...ERA_NAMES).map((name) => rulesOf(name));

/** The largest limit that a listener has had until a moment, by its samples. */
function withinCapacity({ samples }: Trace): boolean {
  const largest = new Map<string, number>();
  return samples.every(({ listener, acceptQueue, synQueue, limit }) => {
    const most = Math.max(limit, largest.get(listener) ?? 0);
    largest.set(listener, most);
    return acceptQueue >= 0 && synQueue >= 0 && acceptQueue <= most + 1;
  });
}

/** Numbers that are none, and what is left out instead of being null. */
function blanks(value: unknown, path = "trace"): string[] {
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => blanks(inner, `${path}.${key}`));
}

describe("a simulation of any scenario on any era", () => {
  it("is the same again, byte for byte", () => {
    fc.assert(
      fc.property(scenarios, eras, fc.nat(), (scenario, rules, seed) => {
        const run = () => JSON.stringify(simulate(scenario, { rules, seed }).trace);
        expect(run()).toBe(run());
      }),
      propertyOptions(60),
    );
  });

  it("keeps every queue within what it can hold", () => {
    fc.assert(
      fc.property(scenarios, eras, (scenario, rules) => {
        expect(withinCapacity(simulate(scenario, { rules }).trace)).toBe(true);
      }),
      propertyOptions(150),
    );
  });

  it("leaves nothing out and knows every number", () => {
    fc.assert(
      fc.property(scenarios, eras, (scenario, rules) => {
        expect(blanks(simulate(scenario, { rules }).trace)).toEqual([]);
      }),
      propertyOptions(60),
    );
  });

  it("lets no packet arrive before it has left, and numbers them as the server's end saw them", () => {
    fc.assert(
      fc.property(scenarios, eras, (scenario, rules) => {
        const { packets } = simulate(scenario, { rules }).trace;
        expect(packets.every(({ at, arrivedAt }) => arrivedAt === null || arrivedAt >= at)).toBe(true);
        expect(packets.map(({ number }) => number)).toEqual(packets.map((_, place) => place + 1));
      }),
      propertyOptions(60),
    );
  });

  it("accepts whoever is accepted once, and only whom it has made a connection for", () => {
    fc.assert(
      fc.property(scenarios, eras, (scenario, rules) => {
        const { trace } = { trace: simulate(scenario, { rules }).trace };
        const accepted = trace.calls.filter(
          ({ call, result }) => call === "accept4" && typeof result === "number",
        );
        expect(counterRise(trace, "PassiveOpens")).toBeGreaterThanOrEqual(accepted.length);
        expect(new Set(accepted.map(({ result }) => result)).size).toBe(accepted.length);
      }),
      propertyOptions(100),
    );
  });
});

describe("what the model simulates", () => {
  const conforming = fc
    .tuple(fc.nat(1_000_000), fc.nat(5000))
    .map(([seed, place]) => generateScenario(seed, place))
    .filter((scenario: Scenario) => scenario.topology === "wire");

  it("conforms to the model itself: the checker explains every simulated run of the newest era", () => {
    const rules = rulesOf("6.14");
    fc.assert(
      fc.property(conforming, (scenario) => {
        const { trace } = simulate(scenario, { rules });
        const conformance = checkConformance(scenario, trace, rules);
        expect(conformance).toMatchObject({ verdict: "conforms" });
      }),
      propertyOptions(150),
    );
  });
});

describe("synTableSize()", () => {
  it("is the power of two that the kernel of 3.10 rounds up to", () => {
    const examples = [5, 7, 8, 15, 16, 50, 100, 127, 128, 511, 512];
    expect(examples.map((backlog) => synTableSize(backlog, 1024, 1024))).toEqual([
      16, 16, 16, 16, 32, 64, 128, 128, 256, 512, 1024,
    ]);
  });
});
