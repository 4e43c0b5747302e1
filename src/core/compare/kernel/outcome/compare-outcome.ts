/**
 * The second layer: the ending of a scenario on the kernel against the ending of its simulation, from the plan alone. An
 * ending that differs counts only where it does not hang on events that are close to each other.
 *
 * @module
 */
import { type KernelRules, type SimulationOptions, simulate } from "../../../model/index.ts";
import type { Scenario } from "../../../scenario/index.ts";
import type { Trace } from "../../../trace/index.ts";
import { type Nudge, nudged } from "./nudge.ts";
import { differenceOf, type Outcome, outcomeOf } from "./outcome.ts";
import { nudgedAsRecorded } from "./recorded-nudge.ts";
import { latenessOf } from "./recording-lateness.ts";

/** So many nudged simulations must end alike before a difference counts. */
const NUDGES = 24;
/** So many are tried for the kernel's own ending once one of them has ended otherwise. */
const ENDINGS_TRIED = 16;
/** So many ways in which chance can fall are tried, at each place in the steps of the timers. */
const CHANCES_TRIED = 12;
/** Where in the steps of the kernel's timers the recording's own lateness is tried. */
const PHASES_MS = [0, 512, 1024, 1536];
/** Even a punctual run is nudged by so much. */
const LEAST_NUDGE_MS = 5;
/** A machine that was away for longer has run another scenario than the planned one. */
const MOST_NUDGE_MS = 300;

/**
 * What became of the comparison; `late` where the kernel's ending is that of a simulation that is a little late, or in which chance falls
 * otherwise, and `left-open` where none of those that were tried ends like it and chance or a close pair of events decides.
 */
export type OutcomeComparison =
  | { readonly verdict: "same" | "late" | "left-open" }
  | { readonly verdict: "differs"; readonly model: string; readonly kernel: string };

/** Compares the ending of a recording with that of its simulation. */
export function compareOutcome(scenario: Scenario, trace: Trace, rules: KernelRules): OutcomeComparison {
  if (hangsOnChance(scenario))
    return { verdict: chanceEndsAlike(scenario, trace, rules) ? "late" : "left-open" };
  const expected = simulatedOutcome({ scenario, lagMs: () => 0 }, rules);
  const observed = outcomeOf(scenario, trace);
  const difference = differenceOf(expected, observed);
  if (difference === null) return { verdict: "same" };
  let hasOtherEndings = false;
  const endsAlike = (nudge: Nudge) => {
    const other = simulatedOutcome(nudge, rules);
    hasOtherEndings ||= differenceOf(expected, other) !== null;
    return differenceOf(other, observed) === null;
  };
  if (PHASES_MS.some((phaseMs) => endsAlike(nudgedAsRecorded(scenario, trace, phaseMs))))
    return { verdict: "late" };
  const nudgeMs = Math.max(LEAST_NUDGE_MS, 1.5 * latenessOf(scenario, trace));
  if (nudgeMs > MOST_NUDGE_MS) return { verdict: "left-open" };
  for (let seed = 1; seed <= (hasOtherEndings ? ENDINGS_TRIED : NUDGES); seed += 1)
    if (endsAlike(nudged(scenario, nudgeMs, seed))) return { verdict: "late" };
  if (hasOtherEndings) return { verdict: "left-open" };
  return { verdict: "differs", model: difference.one, kernel: difference.other };
}

/** Random losses, and which member of a SO_REUSEPORT group a client meets. */
function hangsOnChance({ wire, listeners }: Scenario): boolean {
  return wire.loss > 0 || listeners.some(({ reusePort }) => reusePort);
}

/** Whether a simulation ends like the recording in which clients met the members that took them; the rest falls by chance. */
function chanceEndsAlike(scenario: Scenario, trace: Trace, rules: KernelRules): boolean {
  const observed = outcomeOf(scenario, trace);
  const memberOf = membersMet(trace);
  return PHASES_MS.some((phaseMs) => {
    const nudge = nudgedAsRecorded(scenario, trace, phaseMs);
    return Array.from({ length: CHANCES_TRIED }, (_, place) => 1 + place).some((seed) => {
      return differenceOf(simulatedOutcome(nudge, rules, { seed, memberOf }), observed) === null;
    });
  });
}

/** By a client's endpoint the listener that accepted it; null of a client that nobody accepted. */
function membersMet({ calls }: Trace): (client: string) => string | null {
  const met = new Map<string, string>();
  for (const { host, actor, call, remote } of calls)
    if (host === "server" && call === "accept4" && remote !== null) met.set(remote, actor);
  return (client) => met.get(client) ?? null;
}

function simulatedOutcome(
  { scenario, lagMs }: Nudge,
  rules: KernelRules,
  chance: Pick<SimulationOptions, "seed" | "memberOf"> = {},
): Outcome {
  return outcomeOf(scenario, simulate(scenario, { rules, lagMs, ...chance }).trace);
}
