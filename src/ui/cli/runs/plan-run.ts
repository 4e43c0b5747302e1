/**
 * `listenq plan`: its options as a demand, the plan, the proof on this kernel, and how they are printed.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import { type KernelRules, rulesOf } from "../../../core/model/index.ts";
import { configurationLines, softwareNamed, softwareNames } from "../../../core/plan/configuration.ts";
import {
  type Demand,
  latenessOf,
  type Plan,
  type PlanOptions,
  planBacklog,
  predictRun,
  proofOf,
  refusedShareIn,
} from "../../../core/plan/index.ts";
import {
  type PlanReport,
  type ProvedBacklog,
  planDocument,
} from "../../../core/report/document/plan-document.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { formatPlan } from "../../../core/report/text/plan/plan-text.ts";
import { styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { LabProgress } from "../lab-progress.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { parseShareOption } from "../rate-option.ts";
import { type DemandOptions, demandOf } from "./plan-demand.ts";
import { observe } from "./plan-sources.ts";

/** The options of `plan`, as they were typed. */
export interface PlanCommandOptions extends DemandOptions {
  readonly whatIf?: string;
  readonly software?: string;
  readonly kernel: string;
  readonly seed: string;
  readonly loss: string;
  readonly maxSynBacklog: string;
  readonly prove?: boolean;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. */
export async function runPlan(options: PlanCommandOptions, context: CommandContext): Promise<number> {
  // A typing mistake should not cost a long look.
  demandOf(options, null);
  const rules = rulesOf(options.kernel);
  const seed = parseIntegerOption("--seed", options.seed, 0, 2_147_483_647);
  const software = options.software === undefined ? null : parseSoftware(options.software);
  const asked = { rules, seed, whatIf: backlogsOf(options.whatIf), ...synQueueOptions(options) };
  if (options.prove === true) {
    const exitCode = await enter(context);
    if (exitCode !== null) return exitCode;
  }
  const observation = await observe(options, context.io);
  const demand = demandOf(options, observation);
  const plan = planWithHalf(demand, asked, options.prove === true);
  const { backlog } = plan;
  const report: PlanReport = {
    era: options.kernel,
    seed,
    observation,
    demand,
    plan,
    configuration: backlog === null ? [] : configurationLines(backlog, software, rules),
    proof: options.prove === true ? await prove(plan, { demand, rules, seed, io: context.io }) : null,
  };
  if (options.json === true) printJson(context.io, planDocument(report));
  else context.io.stdout.write(formatPlan(report, styleFor(context.io)));
  return report.proof?.some(({ agrees }) => agrees === false) === true ? EXIT.claimDoesNotHold : EXIT.fine;
}

function parseSoftware(word: string): NonNullable<ReturnType<typeof softwareNamed>> {
  const software = softwareNamed(word);
  if (software !== null) return software;
  throw new UsageError(`--software knows ${softwareNames().join(", ")}; got ${shownWord(word)}`);
}

function backlogsOf(text: string | undefined): number[] {
  if (text === undefined) return [];
  const list = /^backlog=(\d+(?:,\d+)*)$/.exec(text)?.[1];
  if (list === undefined)
    throw new UsageError(`--what-if must be backlog=N or backlog=N,N,..., got ${shownWord(text)}`);
  return list.split(",").map((one) => parseIntegerOption("--what-if", one, 0, 1_000_000));
}

async function enter({ args, io }: CommandContext): Promise<number | null> {
  const { enterLab } = await import("../../../system/lab/enter.ts");
  const entry = await enterLab({ args, interrupted: io.interrupted });
  return entry.here ? null : entry.exitCode;
}

/** A proof runs half of the answer too, so it must be predicted; the answer is known only after the plan. */
function planWithHalf(demand: Demand, asked: PlanOptions, withHalf: boolean): Plan {
  const plan = planBacklog(demand, asked);
  if (!withHalf || plan.backlog === null) return plan;
  return planBacklog(demand, { ...asked, whatIf: [Math.floor(plan.backlog / 2), ...asked.whatIf] });
}

function synQueueOptions({
  loss,
  maxSynBacklog,
}: PlanCommandOptions): Required<Pick<PlanOptions, "loss" | "maxSynBacklog">> {
  return {
    // Nothing lost is no share for whoever asks for one, and the default here.
    loss: loss === "0%" ? 0 : parseShareOption("--loss", loss),
    maxSynBacklog: parseIntegerOption("--max-syn-backlog", maxSynBacklog, 1, 2_147_483_647),
  };
}

/** A machine that was away for so long was late with packets and calls. */
const DISTURBED_MS = 20;
const MOST_RUNS = 3;

/** What every run of a proof needs. */
interface Proving {
  readonly demand: Demand;
  readonly rules: KernelRules;
  readonly seed: number;
  readonly io: Io;
}

async function prove(plan: Plan, proving: Proving): Promise<ProvedBacklog[]> {
  const progress = new LabProgress(proving.io);
  try {
    const proved: ProvedBacklog[] = [];
    for (const { backlog } of plan.predictions.slice(0, 2))
      proved.push(await proveBacklog(backlog, proving, progress));
    return proved;
  } finally {
    progress.close();
  }
}

/** The lab's clients come at the times of the model's first run, so that run alone is what the lab is held against. */
async function proveBacklog(
  backlog: number,
  { demand, rules, seed, io }: Proving,
  progress: LabProgress,
): Promise<ProvedBacklog> {
  const { runScenario } = await import("../../../system/lab/run-scenario.ts");
  const proof = proofOf(demand, backlog, seed);
  const predicted = predictRun(demand, backlog, { rules, seed, withEcho: false });
  for (let runs = 1; ; runs += 1) {
    progress.begin(`backlog ${backlog}`, proof.scenario.durationMs);
    const { trace } = await runScenario(proof.scenario, { signal: io.interrupted });
    progress.end(`backlog ${backlog}`);
    const refusedShare = refusedShareIn(proof, trace);
    const isInside = refusedShare >= predicted.low && refusedShare <= predicted.high;
    const lateMs = latenessOf(proof, trace);
    const agrees = isInside || lateMs <= DISTURBED_MS ? isInside : null;
    if (agrees !== null || runs === MOST_RUNS || io.interrupted.aborted)
      return { backlog, refusedShare, predicted, agrees, runs, lateMs };
  }
}
