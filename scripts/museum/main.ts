/**
 * `npm run museum -- COMMAND`: the same work on many real kernels. Arguments in, an exit code out: 0 when every kernel did what was
 * asked, 1 when one did not, 2 for wrong usage, 3 where the tools or every kernel cannot be had, 130 after Ctrl-C.
 *
 * @module
 */
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/core/errors.ts";
import { chosenKernels } from "./kernels.ts";
import { type MuseumContext, type MuseumOptions, openMuseum } from "./museum-context.ts";
import { writePages } from "./page/write-pages.ts";
import { RESULTS_FOLDER } from "./results/result-files.ts";
import { runFacts } from "./runs/facts.ts";
import { runLab } from "./runs/lab.ts";
import { runLive } from "./runs/live.ts";
import { runVerify } from "./runs/verify.ts";
import { NOT_SUPPORTED } from "./visit-kernels.ts";

const COMMANDS: Readonly<Record<string, (context: MuseumContext) => Promise<number>>> = {
  facts: runFacts,
  lab: runLab,
  live: runLive,
  verify: runVerify,
};

const USAGE = `usage: npm run museum -- COMMAND [options]

  facts     what each kernel is asked in seconds, beside what was predicted of it
  lab       the catalogue of experiments
  live      the commands that look at a running machine, on a fixed set-up
  verify    random scenarios, kernel against model, and which mutants of the model each kernel kills
  page      writes the tables of docs/kernels.md and docs/kernel.md from the results; with --check only compares

  --kernels A,B     only these kernels of scripts/museum/kernels.ts
  --scenarios N     how many random scenarios (60)
  --seed N          which series of them (1)
  --parallel N      how many of them side by side (20)
  --cache FOLDER    where kernels and tools are kept (~/.cache/listenq-museum)
  --results FOLDER  where results go (scripts/museum/kept)
  --limit MINUTES   a guest that takes longer is called hung (30)
`;

/** Runs a command line. */
export async function runMuseum(
  args: readonly string[],
  { programs }: { readonly programs: string },
): Promise<number> {
  const parsed = parse(args);
  if (parsed?.positionals.join(" ") === "page") return writePages(parsed.values.check);
  const run = COMMANDS[parsed?.positionals[0] ?? ""];
  if (parsed === null || run === undefined || parsed.positionals.length !== 1) {
    process.stderr.write(USAGE);
    return 2;
  }
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const options = optionsOf(parsed.values, programs, interrupted.signal);
    const code = await run(await openMuseum(options));
    return interrupted.signal.aborted ? 130 : code;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    process.stderr.write(`museum: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : NOT_SUPPORTED;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** @throws {UsageError} for a kernel that is not in the table, and for a number that is none */
function optionsOf(values: Values, programs: string, signal: AbortSignal): MuseumOptions {
  const { cache, results } = values;
  return {
    kernels: chosenKernels(values.kernels?.split(",") ?? []),
    ...{ cache, results, programs, signal, limitMs: wholeNumber("--limit", values.limit) * 60_000 },
    batch: {
      scenarios: wholeNumber("--scenarios", values.scenarios),
      seed: wholeNumber("--seed", values.seed),
      parallel: wholeNumber("--parallel", values.parallel),
    },
  };
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError(`${option} must be a whole number from 1, got ${text}`);
}

type Values = NonNullable<ReturnType<typeof parse>>["values"];

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kernels: { type: "string" },
        cache: { type: "string", default: join(homedir(), ".cache/listenq-museum") },
        limit: { type: "string", default: "30" },
        scenarios: { type: "string", default: "60" },
        seed: { type: "string", default: "1" },
        parallel: { type: "string", default: "20" },
        results: { type: "string", default: RESULTS_FOLDER },
        check: { type: "boolean", default: false },
      },
    });
  } catch {
    return null;
  }
}
