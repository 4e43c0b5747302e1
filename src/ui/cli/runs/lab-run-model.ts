/**
 * `listenq lab run --model`: the same scenarios once more, on the model of the running kernel, beside what the kernel did.
 *
 * @module
 */

import {
  compareTraces,
  lanesOf,
  type SimulatedExperiment,
  simulatePlanned,
  type TraceComparison,
} from "../../../core/compare/eras/index.ts";
import type { KernelRules } from "../../../core/model/index.ts";
import { formatBeside } from "../../../core/report/text/beside-text.ts";
import type { TextStyle } from "../../../core/report/text/experiment-text.ts";
import type { Trace } from "../../../core/trace/index.ts";
import type { ExperimentResult } from "../../../system/lab/run-experiment.ts";

/** What the model made of a scenario that the kernel has run. */
export interface BesideModel {
  readonly simulated: SimulatedExperiment;
  readonly kernelTrace: Trace;
  readonly comparison: TraceComparison;
}

/** Simulates what the kernel has run; null for what it did not run. */
export function besideModel(
  { experiment, scenario, recording }: ExperimentResult,
  rules: KernelRules,
): BesideModel | null {
  if (scenario === null || recording === null) return null;
  const simulated = simulatePlanned(experiment, scenario, { rules });
  const comparison = compareTraces(scenario, recording.trace, simulated.recording.trace);
  return { simulated, kernelTrace: recording.trace, comparison };
}

/** As text. */
export function formatBesideModel(beside: BesideModel, style: TextStyle): string {
  const { simulated, kernelTrace, comparison } = beside;
  const { scenario, claims, rules } = simulated;
  const kernel = { name: "this kernel", lanes: lanesOf(scenario, kernelTrace) };
  const model = { name: `the model of ${rules.name}`, lanes: lanesOf(scenario, simulated.recording.trace) };
  const held = claims.filter((claim) => claim.holds).length;
  return [
    formatBeside(kernel, model, comparison, [], style),
    `On the model ${held} of ${claims.length} claims hold.`,
    "",
  ].join("\n");
}

/** As the key `model` of an experiment's entry in the JSON document. */
export function besideModelEntry({ simulated, comparison }: BesideModel): Readonly<Record<string, unknown>> {
  const { rules, claims, verdict, recording } = simulated;
  return { kernel: { model: rules.name }, claims, verdict, trace: recording.trace, ...comparison };
}
