/**
 * The rules of the running kernel: those of its version's era, with what a namespace shows and what is known to be carried
 * into older versions found by asking the kernel.
 *
 * @module
 */

import { type KernelRules, NEWEST_ERA, rulesOf, withRules } from "../../core/model/index.ts";
import { eraOf } from "../../core/model/rules/kernel-era.ts";
import type { Scenario } from "../../core/scenario/index.ts";
import type { Trace } from "../../core/trace/index.ts";
import { readKernelIdentity } from "../linux/proc/kernel-identity.ts";
import { askSynQueueTest } from "./ask-syn-queue-test.ts";
import { answerIn, RULE_PROBES, type RuleProbe } from "./rule-probes.ts";
import { readNewNamespace, visibleRules } from "./visible-rules.ts";

/** Runs a scenario on this kernel: the lab's `runScenario`. */
export type RecordScenario = (scenario: Scenario) => Promise<{ readonly trace: Trace }>;

/** A busy machine can spoil a recording; what is spoilt three times is left as the era has it. */
const MOST_ASKED = 3;

/** Asks the running kernel, by its version and by scenarios that `record` runs on it. @throws {NotSupportedError} where there can be none */
export async function runningRules(record: RecordScenario): Promise<KernelRules> {
  const era = rulesOf(eraOf(readKernelIdentity().version) ?? NEWEST_ERA);
  const seen = { ...visibleRules(readNewNamespace()), synQueueTest: askSynQueueTest() };
  const known = withRules(era, seen);
  const answers = await Promise.all(RULE_PROBES.map((probe) => ask(probe, known, record)));
  const changes: Partial<Omit<KernelRules, "name">> = Object.assign({}, seen, ...answers);
  return withRules(era, changes);
}

/** What the kernel answers; nothing where it could not be told. */
async function ask(
  probe: RuleProbe,
  rules: KernelRules,
  record: RecordScenario,
): Promise<Partial<Omit<KernelRules, "name">>> {
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    const { trace } = await record(probe.scenario);
    const answer = answerIn(probe, trace, rules);
    if (answer !== null) return answer;
  }
  return {};
}
