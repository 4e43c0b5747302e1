/**
 * An experiment on this kernel: its scenario is run, its claims are held against what was recorded.
 *
 * @module
 */
import { markUnreached } from "../../core/compare/eras/index.ts";
import { isNotSupported } from "../../core/errors.ts";
import {
  type ClaimResult,
  checkClaims,
  type Experiment,
  type Verdict,
  verdictOn,
} from "../../core/experiment/index.ts";
import { NEWEST_ERA, rulesOf } from "../../core/model/index.ts";
import { eraOf } from "../../core/model/rules/kernel-era.ts";
import { listenerNameAt, type Scenario } from "../../core/scenario/index.ts";
import { type Recording, type Trace, withNotes } from "../../core/trace/index.ts";
import { readKernelIdentity } from "../linux/proc/kernel-identity.ts";
import { askSynQueueTest } from "../probe/ask-syn-queue-test.ts";
import { runScenario } from "./run-scenario.ts";

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
    const claims = claimsOf(experiment, scenario, recording.trace);
    return { experiment, scenario, claims, verdict: verdictOn(claims), recording, reason: null };
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

function claimsOf(experiment: Experiment, scenario: Scenario, trace: Trace): ClaimResult[] {
  const rules = rulesOf(eraOf(readKernelIdentity().version) ?? NEWEST_ERA);
  return markUnreached(checkClaims(experiment, scenario, trace), { experiment, scenario, trace, rules });
}

function annotated(recording: Recording, scenario: Scenario): Recording {
  const trace = withNotes(recording.trace, (endpoint) => listenerNameAt(scenario, endpoint));
  return { ...recording, trace };
}
