/**
 * `listenq verify`: enters the lab, runs random scenarios, compares, saves what mismatches, prints what came of it.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { enterLab } from "../../lab/enter.ts";
import { type KernelRules, rulesOf } from "../../model/index.ts";
import { formatVerification, type VerifySummary } from "../../report/verify-text.ts";
import { printScenario } from "../../scenario/index.ts";
import { runningRules } from "../../verify/running-rules.ts";
import { type Mismatch, type Verification, verifyKernel } from "../../verify/verify-kernel.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io } from "../io.ts";
import { parseIntegerOption } from "../options.ts";

/** The options of `verify`, as they were typed. */
export interface VerifyOptions {
  readonly scenarios: string;
  readonly seed: string;
  readonly parallel: string;
  readonly era: string;
  readonly save?: string;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. */
export async function runVerify(options: VerifyOptions, { io, args }: CommandContext): Promise<number> {
  const scenarios = parseIntegerOption("--scenarios", options.scenarios, 1, 1_000_000);
  const seed = parseIntegerOption("--seed", options.seed, 0, 2_147_483_647);
  const parallel = parseIntegerOption("--parallel", options.parallel, 1, 1000);
  const named = options.era === "this" ? null : rulesOf(options.era);
  const entry = await enterLab({ args, program: process.argv[1] ?? "", interrupted: io.interrupted });
  if (!entry.here) return entry.exitCode;
  const rules: KernelRules = named ?? (await runningRules());
  const onProgress = progressOn(io, scenarios);
  const result = await verifyKernel({ seed, scenarios, parallel, rules, signal: io.interrupted, onProgress });
  if (options.save !== undefined) save(options.save, result.mismatches);
  print(result, options, io);
  if (io.interrupted.aborted) return interruptedCode(io);
  return result.mismatches.length > 0 ? EXIT.claimDoesNotHold : EXIT.fine;
}

/** A line now and then: every tenth part elsewhere, every scenario on a terminal. */
function progressOn(io: Io, scenarios: number): (done: number) => void {
  const step = Math.max(1, Math.floor(scenarios / 10));
  return (done) => {
    if (io.stderr.isTTY === true) io.stderr.write(`\r\x1b[K${done} of ${scenarios} scenarios`);
    else if (done % step === 0) io.stderr.write(`${done} of ${scenarios} scenarios\n`);
  };
}

/** Each mismatch as a scenario file, and beside it what the kernel did. */
function save(folder: string, mismatches: readonly Mismatch[]): void {
  for (const [place, { scenario, trace, difference }] of mismatches.entries()) {
    writeFileSync(join(folder, `mismatch-${place + 1}.yaml`), printScenario(scenario));
    writeFileSync(join(folder, `mismatch-${place + 1}.json`), JSON.stringify({ difference, trace }));
  }
}

function print(result: Verification, { json }: VerifyOptions, io: Io): void {
  if (io.stderr.isTTY === true) io.stderr.write("\r\x1b[K");
  const { seed, rules, compared, events, coverage, discarded, undecided, forks } = result;
  const mismatches = result.mismatches.map(({ scenario, difference: { event, expected, observed } }) => ({
    scenario: scenario.title,
    event,
    expected,
    observed,
  }));
  if (json === true) {
    const kernel = { release: release(), model: rules.name };
    const sums = { seed, scenarios: compared, events, coverage, discarded, undecided, forks, mismatches };
    io.stdout.write(`${JSON.stringify({ schema: "listenq.verify/1", kernel, ...sums })}\n`);
    return;
  }
  const summary: VerifySummary = { ...result, model: rules.name, release: release(), mismatches };
  io.stdout.write(`${formatVerification(summary)}\n`);
}
