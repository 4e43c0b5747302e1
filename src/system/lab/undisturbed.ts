/**
 * An experiment on a machine that has other work: where a claim fails on a recording during which the machine was away, the
 * failure may be the machine's, so the experiment runs once more. A claim that fails on a recording without such gaps stays failed.
 *
 * @module
 */
import type { Experiment } from "../../core/experiment/index.ts";
import { type ExperimentOptions, type ExperimentResult, runExperiment } from "./run-experiment.ts";

/** Queues are looked at every 2 ms: whoever was away for so long was late with packets and calls, too. */
const DISTURBED_MS = 20;
const MOST_RUNS = 3;

/** How the runs are watched. */
export interface UndisturbedOptions extends ExperimentOptions {
  /** Called before another run, with how long the machine was away in the last one. */
  readonly onDisturbed?: (awayMs: number) => void;
}

/** Runs an experiment, and again up to twice while a claim fails and the machine was away. */
export async function runUndisturbed(
  experiment: Experiment,
  options: UndisturbedOptions,
  run: typeof runExperiment = runExperiment,
): Promise<ExperimentResult> {
  for (let left = MOST_RUNS - 1; ; left -= 1) {
    const result = await run(experiment, options);
    const awayMs = disturbanceOf(result);
    if (awayMs === null || left === 0 || options.signal?.aborted === true) return result;
    options.onDisturbed?.(awayMs);
  }
}

/** How long the machine was away in a run in which a claim failed; null where there is no excuse, or none is needed. */
function disturbanceOf({ verdict, recording }: ExperimentResult): number | null {
  const awayMs = recording?.trace.recording.largestSampleGapMs ?? null;
  return verdict === "does not hold" && awayMs !== null && awayMs > DISTURBED_MS ? awayMs : null;
}
