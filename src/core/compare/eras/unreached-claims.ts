/**
 * Claims of a run that was ended before its time. A claim that does not hold then is a failure only where the model, ended at the same
 * moment, had seen it hold already: else it is about what was still to come.
 *
 * @module
 */
import { type ClaimResult, checkClaims, type Experiment } from "../../experiment/index.ts";
import { type KernelRules, simulate } from "../../model/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Trace } from "../../trace/index.ts";

/** By how much a kernel may be behind the model: its programs and timers are late, the model's are not. */
const BEHIND_MS = [0, 25, 50, 100, 200, 400];

/** The claims of a recording, those among them marked that it was ended too early for; of a whole one, as they are. */
export function markUnreached(
  claims: readonly ClaimResult[],
  { experiment, scenario, trace, rules }: InterruptedRun,
): ClaimResult[] {
  if (!trace.recording.interrupted || claims.every((claim) => claim.holds)) return [...claims];
  const endedAt = trace.samples.at(-1)?.at ?? 0;
  const seen = BEHIND_MS.map((behindMs) => heldBy(experiment, scenario, rules, endedAt - behindMs));
  return claims.map((claim) => {
    if (claim.holds || seen.every((held) => held.has(claim.id))) return claim;
    return { ...claim, reached: false };
  });
}

/** A run that was ended early. */
interface InterruptedRun {
  readonly experiment: Experiment;
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly rules: KernelRules;
}

/** The claims that hold of the model's run when it is ended at a moment. */
function heldBy(experiment: Experiment, scenario: Scenario, rules: KernelRules, atMs: number): Set<string> {
  const { trace } = simulate({ ...scenario, durationMs: Math.max(0, atMs) }, { rules });
  const cut = { ...trace, recording: { ...trace.recording, interrupted: true } };
  const held = checkClaims(experiment, scenario, cut).filter((claim) => claim.holds);
  return new Set(held.map((claim) => claim.id));
}
