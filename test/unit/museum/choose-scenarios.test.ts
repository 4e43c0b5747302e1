import { expect, it } from "vitest";
import { otherwise, ownRules } from "../../../scripts/museum/rule-coverage.ts";
import { otherWaysOf } from "../../../scripts/museum/runs/answers.ts";
import { chooseScenarios } from "../../../scripts/museum/runs/choose-scenarios.ts";
import { mutantsFor } from "../../../scripts/museum/runs/teeth.ts";
import {
  checkConformance,
  compareRecording,
  generateScenario,
} from "../../../src/core/compare/kernel/index.ts";
import { type RuleName, rulesOf, simulate, withRules } from "../../../src/core/model/index.ts";

const rules = rulesOf("6.14");
const SERIES = { seed: 1, first: 10, among: 80 };
const places = chooseScenarios(rules, SERIES);

const simulated = (place: number) => {
  const scenario = generateScenario(SERIES.seed, place);
  return { scenario, trace: simulate(scenario, { rules }).trace };
};

it("takes scenarios of the rest of the series in which each rule decides often enough, if it can", () => {
  expect(places.every((place) => place >= SERIES.first && place < SERIES.among)).toBe(true);
  expect(places.length).toBeLessThan(SERIES.among - SERIES.first);
  const decided = (rule: RuleName, all: readonly number[]) =>
    all.reduce((sum, place) => {
      const { scenario, trace } = simulated(place);
      return sum + (checkConformance(scenario, trace, rules).coverage.get(rule) ?? 0);
    }, 0);
  const first = Array.from({ length: SERIES.first }, (_, place) => place);
  const whole = Array.from({ length: SERIES.among }, (_, place) => place);
  for (const rule of ["prune", "cookie-bad", "negative-backlog"] as const)
    expect(decided(rule, [...first, ...places])).toBeGreaterThanOrEqual(Math.min(20, decided(rule, whole)));
});

it("counts the closes that end nobody, and takes scenarios with them", () => {
  const spared = (all: readonly number[]) =>
    otherWaysOf(all.map(simulated), rules)["close-resets-children"] ?? 0;
  const whole = Array.from({ length: SERIES.among }, (_, place) => place);
  const first = whole.slice(0, SERIES.first);
  expect(spared(whole)).toBeGreaterThan(spared(first));
  expect(spared([...first, ...places])).toBe(spared(whole));
});

it("takes one that a changed rule does not explain, where a scenario of the series is one", () => {
  const [mutant] = mutantsFor(rules).filter(({ name }) => name === "a cookie tells eight sizes apart");
  const changed = withRules(rules, mutant?.change ?? {});
  const catches = (place: number) => {
    const { scenario, trace } = simulated(place);
    return compareRecording(scenario, trace, changed).mismatch !== null;
  };
  expect(places.some(catches)).toBe(true);
});

it("expects no rule of a kernel that does not have it, and counts the other direction by other rules and calls", () => {
  expect(ownRules({ challengesResets: false })).not.toContain("rst-challenged");
  expect(ownRules({ challengesResets: true })).toContain("rst-challenged");
  const calls = { "listen()": 7, "close()": 1 };
  expect(otherwise("relisten", { relisten: 3 }, calls)).toBe(4);
  expect(otherwise("synack-timer", { expire: 2, prune: 5 }, calls)).toBe(7);
});
