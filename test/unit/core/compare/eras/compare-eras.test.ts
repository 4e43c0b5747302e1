import { describe, expect, it } from "vitest";
import {
  compareEras,
  type EraComparison,
  lanesOf,
  simulatePlanned,
} from "../../../../../src/core/compare/eras/index.ts";
import { EXPERIMENTS } from "../../../../../src/core/experiment/index.ts";
import { type KernelRules, RULE_WORDS, rulesOf, withRules } from "../../../../../src/core/model/index.ts";
import { parseScenario } from "../../../../../src/core/scenario/index.ts";

const VARIANT = { faithful: false, family: "ipv4", synQueueTest: ">" } as const;

function comparisonOf(name: string, one: KernelRules, other: KernelRules): EraComparison {
  const experiment = EXPERIMENTS.find((candidate) => candidate.name === name);
  if (experiment === undefined) throw new Error(`no experiment ${name}`);
  const scenario = experiment.scenario(VARIANT);
  const [left, right] = [one, other].map((rules) => ({
    rules,
    trace: simulatePlanned(experiment, scenario, { rules }).recording.trace,
  }));
  if (left === undefined || right === undefined) throw new Error("two runs");
  return compareEras(scenario, left, right, {});
}

describe("compareEras()", () => {
  it("finds no parting and no reason between a kernel and itself", () => {
    const { partings, because, counters } = comparisonOf("overflow-drop", rulesOf("6.14"), rulesOf("6.14"));
    expect([partings, because.rules, counters]).toEqual([[], [], []]);
  });

  it.each([
    ["overflow-loopback", "3.10", "6.14", ["youngRequestsThatExcuse"]],
    ["syn-queue", "4.2", "4.4", ["synQueueBound"]],
    ["syn-queue", "6.5", "6.14", ["synQueueTest"]],
    ["synack-ladder", "3.10", "4.2", ["requestTimer"]],
    ["syn-retry-ladder", "5.10", "6.5", ["linearTimeoutsDefault"]],
  ])("says why %s parts on %s and %s", (name, one, other, rules) => {
    const { because, partings } = comparisonOf(name, rulesOf(one), rulesOf(other));
    expect(partings.length).toBeGreaterThan(0);
    expect(because).toEqual({ rules, isEachEnough: true });
  });

  it("finds any rule that was changed and shows, and only that one", () => {
    const changed = withRules(rulesOf("6.14"), { acceptQueueTest: ">=", pruneFloor: 9 });
    expect(comparisonOf("capacity", rulesOf("6.14"), changed).because.rules).toEqual(["acceptQueueTest"]);
  });

  it("names rules that only together make the difference", () => {
    const { because } = comparisonOf("pruning", rulesOf("2.6.32"), rulesOf("6.14"));
    expect(because.isEachEnough).toBe(false);
    expect(because.rules.length).toBeGreaterThan(1);
    expect(because.rules).toContain("firstTimeoutMs");
  });

  it("tells the counters that both have and that rose differently", () => {
    const { counters } = comparisonOf("cookie-overflow", rulesOf("3.10"), rulesOf("6.14"));
    expect(counters.length).toBeGreaterThan(0);
    for (const { one, other } of counters) expect(one).not.toBe(other);
  });
});

describe("the words of the rules", () => {
  it("are there for every rule, and each names a file and a function of the kernel", () => {
    const fields = Object.keys(rulesOf("6.14")).filter((field) => field !== "name");
    expect(new Set(Object.keys(RULE_WORDS))).toEqual(new Set(fields));
    for (const { where } of Object.values(RULE_WORDS))
      expect(where).toMatch(/^[a-z0-9_/]+\.[ch] \w+(\(\))?$/);
  });
});

describe("lanesOf()", () => {
  const scenario = parseScenario(
    "scenario: Two clients.\nlistener: { backlog: 1, accept: { how: at-once } }\nclients: [{ at: 0ms, send: 82B }, { at: 0ms }]\nduration: 1s\n",
    "lanes",
  );
  const [experiment] = EXPERIMENTS;
  if (experiment === undefined) throw new Error("no experiment");
  const { trace } = simulatePlanned(experiment, scenario, { rules: rulesOf("6.14") }).recording;
  const lanes = lanesOf(scenario, trace);

  it("has every packet and every call that is no question too early, once, in order of time", () => {
    const early = trace.calls.filter(({ call, result }) => call !== "connect" && result === "EAGAIN");
    const events = lanes.flatMap((lane) => lane.events);
    expect(events.length).toBe(trace.packets.length + trace.calls.length - early.length);
    for (const lane of lanes) {
      const times = lane.events.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it("tells a client's handshake as it was", () => {
    const texts = lanes.find(({ name }) => name === "client 1")?.events.map(({ text }) => text) ?? [];
    expect(texts.slice(0, 5)).toEqual(["connect() = EINPROGRESS", "-> S", "<- S.", "-> .", "SO_ERROR() = 0"]);
  });
});
