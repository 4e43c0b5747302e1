/**
 * An experiment on the model: its scenario is simulated, its claims are held against the trace.
 *
 * @module
 */
import { type ClaimResult, checkClaims, type Experiment, type Variant } from "../../experiment/index.ts";
import { type KernelRules, type SimulationOptions, simulate } from "../../model/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Recording } from "../../trace/index.ts";

/** An experiment as one kernel of the model has it. */
export interface SimulatedExperiment {
  readonly experiment: Experiment;
  readonly rules: KernelRules;
  readonly scenario: Scenario;
  readonly claims: readonly ClaimResult[];
  readonly verdict: "holds" | "does not hold";
  readonly recording: Recording;
}

/** Simulates an experiment. The variant's SYN queue test is what the scenario counts on, whatever the rules say. */
export function simulateExperiment(
  experiment: Experiment,
  variant: Variant,
  options: SimulationOptions,
): SimulatedExperiment {
  return simulatePlanned(experiment, experiment.scenario(variant), options);
}

/** Simulates an experiment whose scenario is there already. */
export function simulatePlanned(
  experiment: Experiment,
  scenario: Scenario,
  options: SimulationOptions,
): SimulatedExperiment {
  const recording = simulate(scenario, options);
  const claims = checkClaims(experiment, scenario, recording.trace);
  const verdict = claims.every((claim) => claim.holds) ? "holds" : "does not hold";
  return { experiment, rules: options.rules, scenario, claims, verdict, recording };
}
