/**
 * A recording against the model in both layers: event by event, and how it ended.
 *
 * @module
 */
import type { KernelRules } from "../../model/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Trace } from "../../trace/index.ts";
import { type Conformance, checkConformance, type FirstDifference } from "./check/check-conformance.ts";
import { compareOutcome, type OutcomeComparison } from "./outcome/compare-outcome.ts";

/** What both layers came to. */
export interface Comparison {
  readonly conformance: Conformance;
  /** Null where the first layer has already found a mismatch. */
  readonly outcome: OutcomeComparison["verdict"] | null;
  /** The first difference; null if there is none. */
  readonly mismatch: FirstDifference | null;
}

/** Compares a recording with the model. */
export function compareRecording(scenario: Scenario, trace: Trace, rules: KernelRules): Comparison {
  const conformance = checkConformance(scenario, trace, rules);
  if (conformance.mismatch !== null) return { conformance, outcome: null, mismatch: conformance.mismatch };
  const outcome = compareOutcome(scenario, trace, rules);
  return { conformance, outcome: outcome.verdict, mismatch: endingThatDiffers(scenario, outcome) };
}

function endingThatDiffers({ durationMs }: Scenario, outcome: OutcomeComparison): FirstDifference | null {
  if (outcome.verdict !== "differs") return null;
  const [expected, observed] = [outcome.model, outcome.kernel];
  const listing = [{ at: durationMs, kernel: observed, model: expected }];
  return {
    event: "the ending, which the simulation has otherwise",
    at: durationMs,
    expected,
    observed,
    listing,
  };
}
