/**
 * Experiments on the model as the JSON document `listenq.simulate/1`: that of `lab run`, with the model's kernel, and what
 * several kernels differ in.
 *
 * @module
 */
import { type KernelRules, RULE_WORDS } from "../model/index.ts";
import type { EraComparison, Lane } from "../simulate/index.ts";
import { type Artifacts, experimentEntry } from "./experiment-document.ts";
import type { ReportedExperiment } from "./experiment-text.ts";

/** A run that stands beside another one. */
export interface ComparedRun {
  /** A kernel of the model, or the running one. */
  readonly name: string;
  /** Null for a real kernel, whose rules nobody can read. */
  readonly rules: KernelRules | null;
  readonly lanes: readonly Lane[];
}

/** An experiment on one kernel of the model. */
export type ReportedSimulation = ReportedExperiment & {
  readonly rules: KernelRules;
  readonly artifacts: Artifacts;
};

/** Two kernels' runs of one experiment. */
export interface ReportedComparison {
  readonly experiment: string;
  readonly one: ComparedRun;
  readonly other: ComparedRun;
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
    kernel: { model: [...names].join(",") },
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
        one: one.rules?.[rule] ?? null,
        other: other.rules?.[rule] ?? null,
      })),
    },
    counters,
  };
}
