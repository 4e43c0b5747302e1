/**
 * Runs of the model, and what can be made of them.
 *
 * @module
 */
import {
  compareEras,
  type SimulatedExperiment,
  simulateExperiment,
} from "../../../../core/compare/eras/index.ts";
import { UsageError } from "../../../../core/errors.ts";
import { EXPERIMENTS, type Experiment } from "../../../../core/experiment/index.ts";
import {
  type KernelRules,
  RULE_WORDS,
  rulesOf,
  type SimulationOptions,
} from "../../../../core/model/index.ts";
import { simulateDocument } from "../../../../core/report/document/simulate-document.ts";
import { printable } from "../../../../core/report/layout/printable.ts";
import { experimentPage } from "../../../../core/report/page/experiment-page.ts";
import { parseScenario, printScenario } from "../../../../core/scenario/index.ts";
import { type PlaySettings, runStorm } from "../../../../core/stage/index.ts";
import { encodeRecording } from "../../../../core/trace/index.ts";
import type {
  CatalogueEntry,
  Difference,
  ExportRequest,
  MadeFile,
  RunRequest,
  RunResult,
  RunSource,
} from "./work-messages.ts";

const NO_FILES = { pcap: null, report: null };

/** Every built-in experiment. */
export function catalogue(): CatalogueEntry[] {
  return EXPERIMENTS.map(({ name, question }) => ({ name, question }));
}

/** Runs it. @throws {UsageError} with file, line and column, as `listenq simulate` says it */
export async function runModel(request: RunRequest): Promise<RunResult> {
  const { source } = request;
  if (source.kind === "storm") return await stormResult(source.name, source.settings, rulesOf(request.era));
  const { experiment, rules, scenario, claims, recording } = simulated(request, { readings: true });
  const { trace, readings = null } = recording;
  const { name, question, words } = experiment;
  return {
    ...withoutSteering({ scenario, trace, question, claims }),
    readings,
    traceHash: await hashOf(trace),
    rules,
    name,
    words,
    outcome: null,
  };
}

async function stormResult(name: string, settings: PlaySettings, rules: KernelRules): Promise<RunResult> {
  const { scenario, trace, outcome } = runStorm(settings, rules);
  const traceHash = await hashOf(trace);
  return {
    scenario,
    trace,
    readings: null,
    traceHash,
    rules,
    name,
    question: scenario.title,
    words: [],
    claims: [],
    outcome,
  };
}

/** Which rules make two kernels differ in a scenario. */
export function differenceOf({
  otherEra,
  ...request
}: RunRequest & { readonly otherEra: string }): Difference {
  const one = simulated(request);
  const other = simulated({ ...request, era: otherEra }, {}, request.era);
  const runOf = ({ rules, recording }: SimulatedExperiment) => ({ rules, trace: recording.trace });
  const { because } = compareEras(one.scenario, runOf(one), runOf(other), { seed: request.seed });
  const reasons = because.rules.map((rule) => {
    const { about, where } = RULE_WORDS[rule];
    return `They differ in ${about}: the model's rule ${rule} is ${one.rules[rule]} on ${one.rules.name} and ${other.rules[rule]} on ${other.rules.name} (${where}).`;
  });
  return { reasons };
}

/** Makes a file of a run. */
export function exportRun({ as, ...request }: ExportRequest): MadeFile {
  const run = simulated(request, { frames: as === "pcapng" });
  const { experiment, scenario, claims, verdict, recording, rules } = run;
  const name = experiment.name.replaceAll(/[^\w.-]+/g, "-");
  const kernel = `the model of Linux ${rules.name}`;
  if (as === "scenario") return fileOf(`${name}.yaml`, "text/yaml", printScenario(scenario));
  if (as === "pcapng") {
    const bytes = new Uint8Array(encodeRecording(recording, `${experiment.name} on ${kernel}`));
    return { name: `${name}.pcapng`, type: "application/octet-stream", bytes };
  }
  const told = { experiment, scenario, claims, verdict, reason: null, trace: recording.trace };
  const document = simulateDocument(request.seed, [{ ...told, rules, artifacts: NO_FILES }], []);
  return fileOf(`${name}.html`, "text/html", experimentPage(told, kernel, document));
}

function fileOf(name: string, type: string, text: string): MadeFile {
  return { name, type, bytes: new TextEncoder().encode(text) };
}

/** What a scenario counts on is what its kernel does, as on the command line; `askedOf` is that kernel where two are compared. */
function simulated(
  { source, era, seed }: RunRequest,
  kept: Pick<SimulationOptions, "frames" | "readings"> = {},
  askedOf = era,
): SimulatedExperiment {
  const { synQueueTest } = rulesOf(askedOf);
  const variant = { faithful: false, family: "ipv4", synQueueTest } as const;
  return simulateExperiment(experimentOf(source), variant, { rules: rulesOf(era), seed, ...kept });
}

function experimentOf(source: RunSource): Experiment {
  if (source.kind === "experiment") {
    const known = EXPERIMENTS.find(({ name }) => name === source.name);
    if (known === undefined) throw new UsageError(`there is no experiment ${source.name}`);
    return known;
  }
  if (source.kind === "storm")
    throw new UsageError("so many clients are no scenario to save; 20000 are the most that one may list");
  const scenario = parseScenario(source.text, source.name);
  return {
    name: source.name,
    question: scenario.title,
    words: [],
    claims: [],
    dependsOnSynQueueTest: false,
    shows: { load: true, sockets: true, packets: true },
    scenario: () => scenario,
  };
}

/** A scenario may be a stranger's: its names are shown without what would turn or hide what stands beside them. */
function withoutSteering<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  if (printable(text) === text && !text.includes("\\u")) return value;
  return JSON.parse(text, (_, one: unknown) => (typeof one === "string" ? printable(one) : one)) as Value;
}

async function hashOf(value: unknown): Promise<string | null> {
  // Browsers keep it from pages that came over plain HTTP from another machine.
  const subtle = (crypto as { readonly subtle?: SubtleCrypto }).subtle;
  if (subtle === undefined) return null;
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(value)));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
