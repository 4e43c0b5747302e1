/**
 * `listenq simulate`: finds the experiments and the kernels, simulates each on each, prints what came of it.
 *
 * @module
 */

import {
  compareEras,
  type EraComparison,
  type EraRun,
  lanesOf,
  type SimulatedExperiment,
  simulateExperiment,
} from "../../../core/compare/eras/index.ts";
import type { Experiment, Variant } from "../../../core/experiment/index.ts";
import { isFromSourceOnly, type KernelRules, NEWEST_ERA, rulesOf } from "../../../core/model/index.ts";
import {
  type ReportedComparison,
  type ReportedSimulation,
  simulateDocument,
} from "../../../core/report/document/simulate-document.ts";
import { type BesideRun, formatBeside, formatReasons } from "../../../core/report/text/beside-text.ts";
import { formatSummary } from "../../../core/report/text/experiment-summary.ts";
import { formatExperiment } from "../../../core/report/text/experiment-text.ts";
import {
  type ArtifactFiles,
  type ArtifactOptions,
  artifactFiles,
  checkArtifacts,
  NO_FILES,
  tellArtifacts,
  writeArtifacts,
} from "../artifacts.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { chooseExperiments } from "../experiments.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { writeErasReport } from "./eras-report.ts";

/** The options of `simulate`, as they were typed. */
export interface SimulateOptions extends ArtifactOptions {
  readonly all?: boolean;
  readonly kernel: string;
  readonly seed: string;
  readonly ipv6?: boolean;
  readonly faithful?: boolean;
  readonly json?: boolean;
}

/** Two kernels' runs of one experiment. */
interface Compared {
  readonly one: SimulatedExperiment;
  readonly other: SimulatedExperiment;
  readonly comparison: EraComparison;
}

/** Runs the command and returns its exit code. */
export async function runSimulate(
  names: readonly string[],
  options: SimulateOptions,
  context: CommandContext,
): Promise<number> {
  const seed = parseIntegerOption("--seed", options.seed, 0, 2_147_483_647);
  const wanted = kernelsWanted(options.kernel);
  const experiments = chooseExperiments(names, options.all === true, "simulate");
  checkArtifacts(artifactFiles("", 1, options));
  const asked = wanted.includes("this") ? await askThisKernel(context) : null;
  if (typeof asked === "number") return asked;
  const kernels = wanted.map((name) => (name === "this" && asked !== null ? asked : rulesOf(name)));
  const rows = experiments.map((experiment) => simulateOn(kernels, experiment, options, seed));
  const comparisons = rows.flatMap((row) => compared(row, seed));
  const simulations = writeAll(rows, comparisons.map(inDocument), options, seed);
  if (options.json === true)
    printJson(context.io, simulateDocument(seed, simulations, comparisons.map(inDocument)));
  else print(simulations, comparisons, context.io);
  tellArtifacts(
    simulations.map(({ artifacts }) => artifacts),
    context.io,
  );
  return simulations.every(({ verdict }) => verdict === "holds") ? EXIT.fine : EXIT.claimDoesNotHold;
}

/** Names of kernels, each known or `this`. @throws {UsageError} */
function kernelsWanted(text: string): string[] {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  for (const name of names) if (name !== "this") rulesOf(name);
  return names;
}

/** The running kernel's rules; an exit code when the command has been run in a namespace of its own instead. */
async function askThisKernel({ io, args }: CommandContext): Promise<KernelRules | number> {
  // Only this part needs Linux: the model runs where there is no lab.
  const { enterLab } = await import("../../../system/lab/enter.ts");
  const { runScenario } = await import("../../../system/lab/run-scenario.ts");
  const { runningRules } = await import("../../../system/probe/running-rules.ts");
  const entry = await enterLab({ args, interrupted: io.interrupted });
  return entry.here ? runningRules(runScenario) : entry.exitCode;
}

/** One scenario for all kernels, so that they can be compared: the one that the last of them is asked about. */
function simulateOn(
  kernels: readonly KernelRules[],
  experiment: Experiment,
  options: SimulateOptions,
  seed: number,
): SimulatedExperiment[] {
  const last = kernels.at(-1) ?? rulesOf(NEWEST_ERA);
  const variant: Variant = {
    faithful: options.faithful === true,
    family: options.ipv6 === true ? "ipv6" : "ipv4",
    synQueueTest: last.synQueueTest,
  };
  const frames = options.pcap !== undefined;
  return kernels.map((rules) => simulateExperiment(experiment, variant, { rules, seed, frames }));
}

/** Writes what was asked for: the files of each run, and of several kernels one page for each experiment. */
function writeAll(
  rows: readonly (readonly SimulatedExperiment[])[],
  comparisons: readonly ReportedComparison[],
  options: ArtifactOptions,
  seed: number,
): Written[] {
  const { length } = rows.flat();
  return rows.flatMap((row) => {
    if (row.length <= 1) return row.map((one) => written(one, length, options, seed));
    const { report, ...others } = options;
    const runs = row.map((one) => written(one, length, others, seed));
    const page = writeErasReport(runs, comparisons, rows.length, report, seed);
    return runs.map((one) => ({ ...one, artifacts: { ...one.artifacts, report: page } }));
  });
}

type Written = ReportedSimulation & { readonly artifacts: ArtifactFiles };

function written(
  { experiment, rules, scenario, claims, verdict, recording }: SimulatedExperiment,
  count: number,
  options: ArtifactOptions,
  seed: number,
): Written {
  const files = artifactFiles(`${experiment.name}.${rules.name}`, count, options);
  const told = { experiment, rules, scenario, claims, verdict, reason: null, trace: recording.trace };
  const artifacts = writeArtifacts(files, told, recording, {
    kernel: `the model of Linux ${rules.name}`,
    document: () => simulateDocument(seed, [{ ...told, artifacts: NO_FILES }], []),
  });
  return { ...told, artifacts };
}

/** Each kernel beside the one before. */
function compared(row: readonly SimulatedExperiment[], seed: number): Compared[] {
  return row.slice(1).map((other, place) => {
    const one = row[place] as SimulatedExperiment;
    const comparison = compareEras(one.scenario, eraRun(one), eraRun(other), { seed });
    return { one, other, comparison };
  });
}

function eraRun({ rules, recording }: SimulatedExperiment): EraRun {
  return { rules, trace: recording.trace };
}

function inDocument({ one, other, comparison }: Compared): ReportedComparison {
  return { experiment: one.experiment.name, one: one.rules, other: other.rules, comparison };
}

function besideRun({ rules, scenario, recording }: SimulatedExperiment): BesideRun {
  return { name: rules.name, lanes: lanesOf(scenario, recording.trace) };
}

function print(simulations: readonly ReportedSimulation[], comparisons: readonly Compared[], io: Io): void {
  const style = styleFor(io);
  for (const name of new Set(simulations.map(({ rules }) => rules.name))) {
    if (isFromSourceOnly(name)) io.stdout.write(`${style.paint("warning", fromSourceOnly(name))}\n\n`);
  }
  if (comparisons.length === 0)
    for (const one of simulations)
      io.stdout.write(`On the model of Linux ${one.rules.name}\n\n${formatExperiment(one, style)}\n`);
  for (const { one, other, comparison } of comparisons) {
    const why = formatReasons(one.rules, other.rules, comparison.because, style);
    const beside = formatBeside(besideRun(one), besideRun(other), comparison, why, style);
    io.stdout.write(`${one.experiment.name}: ${one.experiment.question}\n\n${beside}\n`);
  }
  if (simulations.length > 1) io.stdout.write(`${formatSummary(simulations.map(named), style.paint)}\n`);
}

function fromSourceOnly(name: string): string {
  return `Linux ${name} is from source only: no kernel of that era was held against the model (docs/kernels.md).`;
}

/** An experiment by its own name and its kernel's. */
function named(one: ReportedSimulation): ReportedSimulation {
  return { ...one, experiment: { ...one.experiment, name: `${one.experiment.name} on ${one.rules.name}` } };
}
