/**
 * An experiment on this kernel: its scenario is run, its claims are held against what was recorded.
 *
 * @module
 */
import { isNotSupported } from "../../core/errors.ts";
import { type ClaimResult, checkClaims, type Experiment } from "../../core/experiment/index.ts";
import { listenerNameAt, type Scenario } from "../../core/scenario/index.ts";
import type { Recording } from "../../core/trace/index.ts";
import { withNotes } from "../../core/trace/index.ts";
import { askSynQueueTest } from "../probe/ask-syn-queue-test.ts";
import { runScenario } from "./run-scenario.ts";

/** How an experiment ended. */
export type Verdict = "holds" | "does not hold" | "not supported";

/** An experiment that was tried. */
export interface ExperimentResult {
  readonly experiment: Experiment;
  /** Null when it could not even be planned. */
  readonly scenario: Scenario | null;
  readonly claims: readonly ClaimResult[];
  readonly verdict: Verdict;
  /** Null when the kernel or the user did not permit it. */
  readonly recording: Recording | null;
  /** Why it is not supported, with what would permit it; else null. */
  readonly reason: string | null;
}

/** Which variant to run, and how to watch it. */
export interface ExperimentOptions {
  readonly faithful: boolean;
  readonly family: "ipv4" | "ipv6";
  readonly signal?: AbortSignal;
  /** Called when the scenario is known and begins. */
  readonly onStart?: (scenario: Scenario) => void;
}

/** Runs an experiment; what this kernel or user does not permit is a verdict, not an error. */
export async function runExperiment(
  experiment: Experiment,
  options: ExperimentOptions,
): Promise<ExperimentResult> {
  let scenario: Scenario | null = null;
  try {
    const synQueueTest = experiment.dependsOnSynQueueTest ? askSynQueueTest() : ">";
    scenario = experiment.scenario({ faithful: options.faithful, family: options.family, synQueueTest });
    options.onStart?.(scenario);
    const recording = annotated(await runScenario(scenario, options), scenario);
    const claims = checkClaims(experiment, scenario, recording.trace);
    const verdict = claims.every((claim) => claim.holds) ? "holds" : "does not hold";
    return { experiment, scenario, claims, verdict, recording, reason: null };
  } catch (error) {
    if (!isNotSupported(error)) throw error;
    return {
      experiment,
      scenario,
      claims: [],
      verdict: "not supported",
      recording: null,
      reason: error.message,
    };
  }
}

function annotated(recording: Recording, scenario: Scenario): Recording {
  const trace = withNotes(recording.trace, (endpoint) => listenerNameAt(scenario, endpoint));
  return { ...recording, trace };
}
