/**
 * What `listenq plan --json` says.
 *
 * @module
 */
import type { Demand, Observation, Plan } from "../../plan/index.ts";

/** One backlog that was run on this kernel. */
export interface ProvedBacklog {
  readonly backlog: number;
  /** Of the connections that came during a pause. */
  readonly refusedShare: number;
  /** By the model, for the very arrivals of the run. */
  readonly predicted: { readonly mean: number; readonly low: number; readonly high: number };
  /** Whether the share lies in the range; null where the machine was away during the run, so that nothing is shown. */
  readonly agrees: boolean | null;
  /** How often it was run: again while the machine was away and the share outside. */
  readonly runs: number;
  /** By how much the machine was late in the last run, at the most, in milliseconds. */
  readonly lateMs: number;
}

/** All that `plan` found out. */
export interface PlanReport {
  readonly era: string;
  readonly seed: number;
  /** What was seen of a listener's load; null where the numbers were given. */
  readonly observation: Observation | null;
  readonly demand: Demand;
  readonly plan: Plan;
  /** The lines to configure, for people. */
  readonly configuration: readonly string[];
  /** Null unless it was asked for. */
  readonly proof: readonly ProvedBacklog[] | null;
}

/** The document, `listenq.plan/1`. */
export function planDocument({
  era,
  seed,
  observation,
  demand,
  plan,
  configuration,
  proof,
}: PlanReport): object {
  const { predictions, ...answer } = plan;
  return {
    schema: "listenq.plan/1",
    kernel: { model: era },
    seed,
    observation,
    demand,
    ...answer,
    predictions,
    configuration,
    proof,
  };
}
