/**
 * How often a scenario puts the question of each rule, and how it is answered.
 *
 * @module
 */
import { checkConformance } from "../../../src/core/compare/kernel/index.ts";
import type { KernelRules, RuleName } from "../../../src/core/model/index.ts";
import type { Trace } from "../../../src/core/trace/index.ts";
import { otherwise, ownRules } from "../rule-coverage.ts";
import type { RecordedScenario } from "./teeth.ts";

/** Counts by rule. */
export type CountByRule = Partial<Record<RuleName, number>>;

/** How often each rule decided, and how often it was answered the other way. */
export interface Answers {
  readonly decided: CountByRule;
  readonly otherWay: CountByRule;
}

/** The answers of one scenario. */
export function answersOf({ scenario, trace }: RecordedScenario, rules: KernelRules): Answers {
  const coverage = Object.fromEntries(checkConformance(scenario, trace, rules).coverage);
  const calls = { "listen()": countCalls(trace, "listen"), "close()": countCalls(trace, "close") };
  return {
    decided: byRule(rules, (rule) => coverage[rule] ?? 0),
    otherWay: byRule(rules, (rule) => otherwise(rule, coverage, calls)),
  };
}

/** How often the rules were answered the other way in all. */
export function otherWaysOf(recorded: readonly RecordedScenario[], rules: KernelRules): CountByRule {
  const all = recorded.map((one) => answersOf(one, rules).otherWay);
  return byRule(rules, (rule) => all.reduce((sum, counts) => sum + (counts[rule] ?? 0), 0));
}

function byRule(rules: KernelRules, countOf: (rule: RuleName) => number): CountByRule {
  return Object.fromEntries(ownRules(rules).map((rule) => [rule, countOf(rule)]));
}

/** Calls at a listener; an accepted connection has a remote end. */
function countCalls({ calls }: Trace, name: string): number {
  return calls.filter(({ host, call, remote }) => host === "server" && call === name && remote === null)
    .length;
}
