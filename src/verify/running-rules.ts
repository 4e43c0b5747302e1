/**
 * The rules of the running kernel: those of its version's era, with what a namespace shows and what is known to be carried
 * into older versions found by asking the kernel.
 *
 * @module
 */
import { askSynQueueTest } from "../lab/probe-syn-queue.ts";
import { runScenario } from "../lab/run-scenario.ts";
import { readKernelIdentity } from "../linux/kernel-identity.ts";
import { type KernelRules, NEWEST_ERA, rulesOf, withRules } from "../model/index.ts";
import { eraOf } from "../model/kernel-era.ts";
import { answerIn, RULE_PROBES, type RuleProbe } from "./rule-probes.ts";
import { readNewNamespace, visibleRules } from "./visible-rules.ts";

/** A busy machine can spoil a recording; what is spoilt three times is left as the era has it. */
const MOST_ASKED = 3;

/** Asks the running kernel. Needs a lab. @throws {NotSupportedError} where there can be none */
export async function runningRules(): Promise<KernelRules> {
  const era = rulesOf(eraOf(readKernelIdentity().version) ?? NEWEST_ERA);
  const seen = { ...visibleRules(readNewNamespace()), synQueueTest: askSynQueueTest() };
  const known = withRules(era, seen);
  const answers = await Promise.all(RULE_PROBES.map((probe) => ask(probe, known)));
  const changes: Partial<Omit<KernelRules, "name">> = Object.assign({}, seen, ...answers);
  return withRules(era, changes);
}

/** What the kernel answers; nothing where it could not be told. */
async function ask(probe: RuleProbe, rules: KernelRules): Promise<Partial<Omit<KernelRules, "name">>> {
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    const { trace } = await runScenario(probe.scenario);
    const answer = answerIn(probe, trace, rules);
    if (answer !== null) return answer;
  }
  return {};
}
