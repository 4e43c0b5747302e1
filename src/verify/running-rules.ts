/**
 * The rules of the running kernel: those of the newest era, with what is known to be backported or withdrawn found by
 * asking the kernel, not its version number.
 *
 * @module
 */
import { checkConformance } from "../conformance/index.ts";
import { askSynQueueTest } from "../lab/probe-syn-queue.ts";
import { runScenario } from "../lab/run-scenario.ts";
import { type KernelRules, NEWEST_ERA, rulesOf, withRules } from "../model/index.ts";
import { parseScenario } from "../scenario/index.ts";

/** A client whose data met a full queue resets: its number is in the window and not exact. */
const RESET_PROBE = `
scenario: A client resets a request after its data was refused.
wire: { delay: 5ms }
listener: { backlog: 1 }
clients: [{ at: 0ms }, { at: 50ms, count: 2, send: 82B, close-after: 100ms, close-by: RST }]
duration: 400ms
`;

/** Asks the running kernel. Needs a lab. */
export async function runningRules(): Promise<KernelRules> {
  const rules = withRules(rulesOf(NEWEST_ERA), { synQueueTest: askSynQueueTest() });
  const scenario = parseScenario(RESET_PROBE, "the probe of resets");
  const { trace } = await runScenario(scenario);
  const other = withRules(rules, { challengesResets: !rules.challengesResets });
  const conforms = (candidate: KernelRules) =>
    checkConformance(scenario, trace, candidate).verdict === "conforms";
  return !conforms(rules) && conforms(other) ? other : rules;
}
