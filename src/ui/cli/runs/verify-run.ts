/**
 * `listenq verify`: enters the lab, runs random scenarios, compares, makes what mismatches small and saves it, prints what
 * came of it.
 *
 * @module
 */
import { release } from "node:os";
import { exploreSmallWorlds, type SmallWorlds } from "../../../core/compare/kernel/index.ts";
import { type KernelRules, rulesOf } from "../../../core/model/index.ts";
import { formatSmallWorlds, smallWorldsEntry } from "../../../core/report/text/verify/small-worlds-text.ts";
import { formatVerification, type VerifyMismatch } from "../../../core/report/text/verify/verify-text.ts";
import { enterLab } from "../../../system/lab/enter.ts";
import { runScenario } from "../../../system/lab/run-scenario.ts";
import { runningRules } from "../../../system/probe/running-rules.ts";
import { saveMismatch } from "../../../system/verify/save-mismatch.ts";
import { shrinkMismatch } from "../../../system/verify/shrink-mismatch.ts";
import type { Mismatch, Verification } from "../../../system/verify/tally.ts";
import { verifyKernel, verifyScenarios } from "../../../system/verify/verify-kernel.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { Progress, shareDone } from "../progress.ts";

/** The options of `verify`, as they were typed. */
export interface VerifyOptions {
  readonly scenarios: string;
  readonly seed: string;
  readonly parallel: string;
  readonly era: string;
  readonly shrink: string;
  readonly save: string;
  /** With or without how many clients. */
  readonly exhaustive?: string | true;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. */
export async function runVerify(options: VerifyOptions, { io, args }: CommandContext): Promise<number> {
  const scenarios = parseIntegerOption("--scenarios", options.scenarios, 1, 1_000_000);
  const seed = parseIntegerOption("--seed", options.seed, 0, 2_147_483_647);
  const parallel = parseIntegerOption("--parallel", options.parallel, 1, 1000);
  const shrunk = parseIntegerOption("--shrink", options.shrink, 0, 1000);
  const mostClients = clientsWanted(options.exhaustive);
  const named = options.era === "this" ? null : rulesOf(options.era);
  const entry = await enterLab({ args, interrupted: io.interrupted });
  if (!entry.here) return entry.exitCode;
  const rules: KernelRules = named ?? (await runningRules(runScenario));
  const worlds = mostClients === null ? null : exploreSmallWorlds(rules, mostClients);
  const plan = { seed, parallel, rules, signal: io.interrupted };
  const result = await withProgress(io, worlds?.scenarios.length ?? scenarios, (onProgress) =>
    worlds === null
      ? verifyKernel({ ...plan, scenarios, onProgress })
      : verifyScenarios(worlds.scenarios, { ...plan, onProgress }),
  );
  const mismatches = await told(result, shrunk, options.save, io);
  print(result, worlds, mismatches, options, io);
  if (io.interrupted.aborted) return interruptedCode(io);
  const isSound = worlds?.graphs.every(({ violations }) => violations.length === 0) ?? true;
  return result.mismatches.length > 0 || !isSound ? EXIT.claimDoesNotHold : EXIT.fine;
}

/** How many clients `--exhaustive` asks for; null without it. More would be more states than a run of minutes can take. */
function clientsWanted(exhaustive: string | true | undefined): number | null {
  if (exhaustive === undefined) return null;
  return exhaustive === true ? MOST_CLIENTS : parseIntegerOption("--exhaustive", exhaustive, 1, MOST_CLIENTS);
}

const MOST_CLIENTS = 3;

/** A line that renews itself on a terminal; elsewhere a line for every tenth part. */
async function withProgress<Result>(
  io: Io,
  scenarios: number,
  work: (onProgress: (done: number) => void) => Promise<Result>,
): Promise<Result> {
  const startedMs = performance.now();
  const step = Math.max(1, Math.floor(scenarios / 10));
  let compared = 0;
  const text = () => shareDone(`${scenarios} scenarios`, compared, scenarios, performance.now() - startedMs);
  const progress = new Progress(io, text);
  try {
    return await work((done) => {
      compared = done;
      if (!progress.isLive && done % step === 0) progress.say(`${done} of ${scenarios} scenarios`);
    });
  } finally {
    progress.close();
  }
}

/** Saves every mismatch, the first ones after they were made small, and returns them in words. */
async function told(
  { mismatches, rules }: Verification,
  shrunk: number,
  folder: string,
  io: Io,
): Promise<VerifyMismatch[]> {
  const words: VerifyMismatch[] = [];
  for (const [place, found] of mismatches.entries()) {
    const isShrunk = place < shrunk && !io.interrupted.aborted;
    if (isShrunk) io.stderr.write(`making mismatch ${place + 1} of ${mismatches.length} smaller\n`);
    const small = isShrunk ? await shrinkMismatch(found, { rules, signal: io.interrupted }) : null;
    const file = saveMismatch(folder, `mismatch-${place + 1}`, small?.mismatch ?? found);
    words.push({ ...inWords(small?.mismatch ?? found), file, isReproduced: small?.isReproduced ?? null });
  }
  return words;
}

function inWords({ scenario, difference }: Mismatch): Omit<VerifyMismatch, "file" | "isReproduced"> {
  const { event, expected, observed, listing } = difference;
  return { scenario: scenario.title, event, expected, observed, listing };
}

function print(
  result: Verification,
  worlds: SmallWorlds | null,
  mismatches: readonly VerifyMismatch[],
  { json }: VerifyOptions,
  io: Io,
): void {
  const { seed, rules, compared, events, endings, coverage, discarded, undecided, forks } = result;
  if (json !== true) {
    if (worlds !== null) io.stdout.write(`${formatSmallWorlds(worlds)}\n\n`);
    const summary = { ...result, model: rules.name, release: release(), mismatches };
    io.stdout.write(`${formatVerification(summary)}\n`);
    return;
  }
  const kernel = { release: release(), model: rules.name };
  const sums = { seed, scenarios: compared, events, endings, coverage, discarded, undecided, forks };
  const short = mismatches.map(({ listing: _listing, ...rest }) => rest);
  const exhaustive = worlds === null ? {} : { exhaustive: smallWorldsEntry(worlds) };
  const document = { schema: "listenq.verify/1", kernel, ...sums, ...exhaustive, mismatches: short };
  printJson(io, document);
}
