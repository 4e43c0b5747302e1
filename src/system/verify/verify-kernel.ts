/**
 * Scenarios on this kernel, random or given, many at a time, each held against the model.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { generateScenario } from "../../core/compare/kernel/index.ts";
import type { Scenario } from "../../core/scenario/index.ts";
import { runMany } from "../lab/run-many.ts";
import { Tally, type TallyPlan, type Verification } from "./tally.ts";

/** How a batch is run. */
export interface BatchPlan extends TallyPlan {
  /** How many scenarios at a time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/** Which random scenarios, and how. */
export interface VerifyPlan extends BatchPlan {
  readonly scenarios: number;
}

/** Runs the plan. After the signal it returns what is known. */
export function verifyKernel(plan: VerifyPlan): Promise<Verification> {
  const { seed, scenarios } = plan;
  const all = Array.from({ length: scenarios }, (_, place) => generateScenario(seed, place));
  return verifyScenarios(all, plan);
}

/** Runs these scenarios, in an order of its own. After the signal it returns what is known. */
export async function verifyScenarios(
  scenarios: readonly Scenario[],
  plan: BatchPlan,
): Promise<Verification> {
  const tally = new Tally(plan);
  const startedMs = performance.now();
  // Every run under way listens to the one signal.
  setMaxListeners(plan.parallel + 1, plan.signal);
  const options = { parallel: plan.parallel, sampleEveryMs: null, signal: plan.signal };
  await runMany(longestFirst(scenarios), options, (ending) => tally.add(ending));
  for (let again = tally.takeAgain(); again.length > 0; again = tally.takeAgain())
    await runMany(again, { ...options, parallel: AGAIN_PARALLEL }, (ending) => tally.add(ending));
  return tally.sum(performance.now() - startedMs);
}

/** What is recorded once more has fewer beside it. */
const AGAIN_PARALLEL = 40;

/** The long ones begin first, so that a batch does not end by waiting for one of them. */
function longestFirst(scenarios: readonly Scenario[]): Scenario[] {
  return [...scenarios].sort((a, b) => b.durationMs - a.durationMs);
}
