/**
 * `listenq lab run`: finds the experiments, enters the lab, runs them, prints what came of it.
 *
 * @module
 */
import type { Experiment } from "../../../core/experiment/index.ts";
import type { KernelRules } from "../../../core/model/index.ts";
import { eraOf } from "../../../core/model/rules/kernel-era.ts";
import { type KernelIdentity, labRunDocument } from "../../../core/report/document/experiment-document.ts";
import { formatSummary } from "../../../core/report/text/experiment-summary.ts";
import { formatExperiment, type ReportedExperiment } from "../../../core/report/text/experiment-text.ts";
import type { Scenario } from "../../../core/scenario/index.ts";
import { enterLab } from "../../../system/lab/enter.ts";
import type { ExperimentResult } from "../../../system/lab/run-experiment.ts";
import { runUndisturbed } from "../../../system/lab/undisturbed.ts";
import { readKernelIdentity } from "../../../system/linux/proc/kernel-identity.ts";
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
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { LabProgress } from "../lab-progress.ts";
import { type BesideModel, besideModel, besideModelEntry, formatBesideModel } from "./lab-run-model.ts";

/** The options of `lab run`. */
export interface LabRunOptions extends ArtifactOptions {
  readonly all?: boolean;
  readonly ipv6?: boolean;
  readonly faithful?: boolean;
  readonly json?: boolean;
  readonly model?: boolean;
}

/** Runs the command and returns its exit code. */
export async function runLab(
  names: readonly string[],
  options: LabRunOptions,
  { io, args }: CommandContext,
): Promise<number> {
  const experiments = chooseExperiments(names, options.all === true, "lab run");
  const filesOf = ({ name }: Experiment) => artifactFiles(name, experiments.length, options);
  for (const experiment of experiments) checkArtifacts(filesOf(experiment));
  const entry = await enterLab({ args, interrupted: io.interrupted });
  if (!entry.here) return entry.exitCode;
  const results = await runAll(experiments, options, io);
  tellNotBegun(experiments, results, io);
  const rules = options.model === true ? await askRules() : null;
  const reported = results.map((result) => report(result, filesOf(result.experiment), rules));
  if (options.json === true) {
    printJson(io, labRunDocument(thisKernel(), reported.map(inDocument)));
  } else print(reported, io);
  tellArtifacts(
    reported.map(({ artifacts }) => artifacts),
    io,
  );
  return io.interrupted.aborted ? interruptedCode(io) : exitCodeOf(results);
}

function thisKernel(): KernelIdentity {
  const { release, version } = readKernelIdentity();
  return { release, era: eraOf(version), eraBy: "version" };
}

/** After Ctrl-C: which experiments there is nothing to tell of. */
function tellNotBegun(
  experiments: readonly Experiment[],
  results: readonly ExperimentResult[],
  { stderr }: Io,
): void {
  const begun = new Set(results.map(({ experiment }) => experiment));
  const left = experiments.filter((experiment) => !begun.has(experiment));
  if (left.length > 0) stderr.write(`interrupted before: ${left.map(({ name }) => name).join(", ")}\n`);
}

/** What the running kernel's rules are. */
async function askRules(): Promise<KernelRules> {
  const { runningRules } = await import("../../../system/probe/running-rules.ts");
  const { runScenario } = await import("../../../system/lab/run-scenario.ts");
  return runningRules(runScenario);
}

function print(reported: readonly Reported[], io: Io): void {
  const style = styleFor(io);
  for (const { beside, ...result } of reported) {
    io.stdout.write(`${formatExperiment(result, style)}\n`);
    if (beside !== null) io.stdout.write(`${formatBesideModel(beside, style)}\n`);
  }
  if (reported.length > 1) io.stdout.write(`${formatSummary(reported, style.paint)}\n`);
}

/** A scenario with this many clients keeps the event loop busy enough to delay its neighbours. */
const CROWD = 64;
/** Each looks at its queues every 2 ms; more of them together would find the event loop late. */
const SIDE_BY_SIDE = 4;

async function runAll(
  experiments: readonly Experiment[],
  options: LabRunOptions,
  io: Io,
): Promise<ExperimentResult[]> {
  const progress = new LabProgress(io);
  const results = new Map<Experiment, ExperimentResult>();
  const runOne = async (experiment: Experiment) => {
    if (io.interrupted.aborted) return;
    const result = await runUndisturbed(experiment, {
      faithful: options.faithful === true,
      family: options.ipv6 === true ? "ipv6" : "ipv4",
      signal: io.interrupted,
      onStart: (scenario) => progress.begin(experiment.name, scenario.durationMs),
      onDisturbed: (awayMs) =>
        progress.say(`${experiment.name}: the machine was away for ${Math.round(awayMs)} ms, once more`),
    });
    progress.end(experiment.name);
    results.set(experiment, result);
  };
  try {
    for (const experiment of experiments.filter(isCrowded)) await runOne(experiment);
    await sideBySide(
      experiments.filter((experiment) => !isCrowded(experiment)),
      runOne,
    );
  } finally {
    progress.close();
  }
  return experiments.flatMap((experiment) => results.get(experiment) ?? []);
}

/** The longest first, a few at a time: what one does in its busiest millisecond delays the others. */
async function sideBySide(
  experiments: readonly Experiment[],
  runOne: (experiment: Experiment) => Promise<void>,
): Promise<void> {
  const durationOf = (experiment: Experiment) => usualScenario(experiment).durationMs;
  const waiting = [...experiments].sort((one, other) => durationOf(other) - durationOf(one));
  const serve = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await runOne(next);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, serve));
}

function isCrowded(experiment: Experiment): boolean {
  return usualScenario(experiment).clients.length > CROWD;
}

function usualScenario(experiment: Experiment): Scenario {
  return experiment.scenario({ faithful: false, family: "ipv4", synQueueTest: ">" });
}

/** An experiment as it is shown, with what the model made of it where that was asked for. */
type Reported = ReportedExperiment & {
  readonly artifacts: ArtifactFiles;
  readonly beside: BesideModel | null;
};

function report(result: ExperimentResult, files: ArtifactFiles, rules: KernelRules | null): Reported {
  const { experiment, scenario, claims, verdict, recording, reason } = result;
  const trace = recording?.trace ?? null;
  const told = { experiment, scenario, claims, verdict, reason, trace };
  const kernel = thisKernel();
  const artifacts = writeArtifacts(files, told, recording, {
    kernel: `Linux ${kernel.release}`,
    document: () => labRunDocument(kernel, [{ ...told, artifacts: NO_FILES }]),
  });
  return { ...told, artifacts, beside: rules === null ? null : besideModel(result, rules) };
}

function inDocument({ beside, ...one }: Reported) {
  return { ...one, model: beside === null ? null : besideModelEntry(beside) };
}

function exitCodeOf(results: readonly ExperimentResult[]): number {
  if (results.some((result) => result.verdict === "does not hold")) return EXIT.claimDoesNotHold;
  return results.every((result) => result.verdict === "not supported") ? EXIT.notSupported : EXIT.fine;
}
