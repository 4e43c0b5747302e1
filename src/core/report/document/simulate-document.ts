/**
 * Experiments on the model as the JSON document `listenq.simulate/1`: that of `lab run`, with the model's kernel, and what
 * several kernels differ in.
 *
 * @module
 */

import type { EraComparison } from "../../compare/eras/index.ts";
import { isFromSourceOnly, type KernelRules, RULE_WORDS } from "../../model/index.ts";
import type { ReportedExperiment } from "../text/experiment-text.ts";
import { type Artifacts, experimentEntry } from "./experiment-document.ts";

/** An experiment on one kernel of the model. */
export type ReportedSimulation = ReportedExperiment & {
  readonly rules: KernelRules;
  readonly artifacts: Artifacts;
};

/** Two kernels' runs of one experiment. */
export interface ReportedComparison {
  readonly experiment: string;
  readonly one: KernelRules;
  readonly other: KernelRules;
  readonly comparison: EraComparison;
}

/** The document. */
export function simulateDocument(
  seed: number,
  simulations: readonly ReportedSimulation[],
  comparisons: readonly ReportedComparison[],
): Readonly<Record<string, unknown>> {
  const names = new Set(simulations.map(({ rules }) => rules.name));
  return {
    schema: "listenq.simulate/1",
    kernel: { model: [...names].join(","), fromSourceOnly: [...names].filter(isFromSourceOnly) },
    seed,
    experiments: simulations.map((one) => ({ ...experimentEntry(one), kernel: { model: one.rules.name } })),
    comparisons: comparisons.map(comparisonEntry),
  };
}

/** One comparison, with the values of the rules that explain it. */
function comparisonEntry({ experiment, one, other, comparison }: ReportedComparison) {
  const { partings, because, counters } = comparison;
  return {
    experiment,
    kernels: [one.name, other.name],
    partings,
    because: {
      isEachEnough: because.isEachEnough,
      rules: because.rules.map((rule) => ({
        rule,
        ...RULE_WORDS[rule],
        one: one[rule],
        other: other[rule],
      })),
    },
    counters,
  };
}
