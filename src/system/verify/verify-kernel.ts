/**
 * Random scenarios on this kernel, many at a time, each held against the model.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { generateScenario } from "../../core/compare/kernel/index.ts";
import type { Scenario } from "../../core/scenario/index.ts";
import { runMany } from "../lab/run-many.ts";
import { Tally, type TallyPlan, type Verification } from "./tally.ts";

/** Which scenarios, and how many at a time. */
export interface VerifyPlan extends TallyPlan {
  readonly scenarios: number;
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/** Runs the plan. After the signal it returns what is known. */
export async function verifyKernel(plan: VerifyPlan): Promise<Verification> {
  const tally = new Tally(plan);
  const startedMs = performance.now();
  // Every run under way listens to the one signal.
  setMaxListeners(plan.parallel + 1, plan.signal);
  const options = { parallel: plan.parallel, sampleEveryMs: null, signal: plan.signal };
  await runMany(longestFirst(plan), options, (ending) => tally.add(ending));
  for (let again = tally.takeAgain(); again.length > 0; again = tally.takeAgain())
    await runMany(again, { ...options, parallel: AGAIN_PARALLEL }, (ending) => tally.add(ending));
  return tally.sum(performance.now() - startedMs);
}

/** What is recorded once more has fewer beside it. */
const AGAIN_PARALLEL = 40;

/** The long ones begin first, so that a batch does not end by waiting for one of them. */
function longestFirst({ seed, scenarios }: VerifyPlan): Scenario[] {
  const all = Array.from({ length: scenarios }, (_, place) => generateScenario(seed, place));
  return all.sort((a, b) => b.durationMs - a.durationMs);
}
