/**
 * Scenarios on this kernel, random or given, many at a time, each held against the model.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { generateScenario } from "../../core/compare/kernel/index.ts";
import type { Scenario } from "../../core/scenario/index.ts";
import { runMany } from "../lab/run-many.ts";
import { type RecordedEnding, Tally, type TallyPlan, type Verification } from "./tally.ts";

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

/** Records scenarios, so many at a time, and hands over each ending. */
export type RecordScenarios = (
  scenarios: readonly Scenario[],
  parallel: number,
  onEnd: (ending: RecordedEnding) => void,
) => Promise<void>;

/**
 * Runs these scenarios, in an order of its own. After the signal it returns what is known.
 *
 * @param record where they are recorded; on this kernel if left out
 */
export async function verifyScenarios(
  scenarios: readonly Scenario[],
  plan: BatchPlan,
  record: RecordScenarios = recordHere(plan),
): Promise<Verification> {
  const tally = new Tally(plan);
  const startedMs = performance.now();
  const add = (ending: RecordedEnding) => tally.add(ending);
  await record(longestFirst(scenarios), plan.parallel, add);
  for (let again = tally.takeAgain(); again.length > 0; again = tally.takeAgain())
    await record(again, AGAIN_PARALLEL, add);
  return tally.sum(performance.now() - startedMs);
}

function recordHere({ parallel: most, signal }: BatchPlan): RecordScenarios {
  // Every run under way listens to the one signal.
  setMaxListeners(most + 1, signal);
  return (scenarios, parallel, onEnd) => runMany(scenarios, { parallel, sampleEveryMs: null, signal }, onEnd);
}

/** What is recorded once more has fewer beside it. */
const AGAIN_PARALLEL = 40;

/** The long ones begin first, so that a batch does not end by waiting for one of them. */
export function longestFirst(scenarios: readonly Scenario[]): Scenario[] {
  return [...scenarios].sort((a, b) => b.durationMs - a.durationMs);
}
