/**
 * An experiment's claims, held against a trace.
 *
 * @module
 */
import type { Scenario } from "../scenario/index.ts";
import type { Trace } from "../trace/index.ts";
import type { ClaimResult, Experiment } from "./experiment.ts";
import { TraceView } from "./trace-view.ts";

/** Every claim's result, in the experiment's order. */
export function checkClaims(experiment: Experiment, scenario: Scenario, trace: Trace): ClaimResult[] {
  const view = new TraceView(scenario, trace);
  return experiment.claims.map((claim) => ({ id: claim.id, reached: true, ...claim.check(view) }));
}
