/**
 * Whether a kernel's recordings can tell the model from a wrong one: each rule changed one at a time, and each rule that the newest
 * era has otherwise.
 *
 * @module
 */
import {
  clientMutantsOf,
  compareRecording,
  type Mutant,
  mutantsOf,
} from "../../../src/core/compare/kernel/index.ts";
import {
  differingRules,
  type KernelRules,
  NEWEST_ERA,
  rulesOf,
  withRules,
} from "../../../src/core/model/index.ts";
import type { Scenario } from "../../../src/core/scenario/index.ts";
import type { Trace } from "../../../src/core/trace/index.ts";
import type { EraDifference, MutantRecord } from "../results/verify-result.ts";

/** A scenario and what the kernel did. */
export interface RecordedScenario {
  readonly scenario: Scenario;
  readonly trace: Trace;
}

/** The two directions of the test of a queue: which of them is the change depends on the kernel. */
const TURNED: readonly Mutant[] = [
  { name: "the SYN queue keeps one more than the limit", change: { synQueueTest: ">" } },
  { name: "a SYN's first timeouts are linear", change: { linearTimeoutsDefault: 4 } },
];

/** The mutants of a kernel: those that change anything about its rules. */
export function mutantsFor(rules: KernelRules): readonly Mutant[] {
  const all = [...mutantsOf(rules), ...clientMutantsOf(rules), ...TURNED];
  return all.filter(({ change }) => differingRules(rules, withRules(rules, change)).length > 0);
}

/** After how many recordings each mutant is caught. Only recordings that agree with the kernel's own rules may be given. */
export function killMutants(recordings: readonly RecordedScenario[], rules: KernelRules): MutantRecord[] {
  return mutantsFor(rules).map(({ name, change }) => {
    const mutant = withRules(rules, change);
    const at = recordings.findIndex((one) => disagrees(one, mutant));
    return { name, caughtAfter: at < 0 ? null : at + 1 };
  });
}

/** What the model of the newest era does otherwise on this kernel, rule by rule. */
export function eraDifferences(recordings: readonly RecordedScenario[], rules: KernelRules): EraDifference[] {
  const newest = rulesOf(NEWEST_ERA);
  return differingRules(rules, newest).map((rule) => {
    const changed = withRules(rules, { [rule]: newest[rule] });
    const caughtBy = recordings.filter((one) => disagrees(one, changed)).length;
    return { rule, here: String(rules[rule]), newest: String(newest[rule]), caughtBy };
  });
}

function disagrees({ scenario, trace }: RecordedScenario, rules: KernelRules): boolean {
  return compareRecording(scenario, trace, rules).mismatch !== null;
}
