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
import { FACTS } from "./runs/facts.ts";
import { LAB } from "./runs/lab.ts";
import { LIVE } from "./runs/live.ts";
import { type MuseumTask, runTasks } from "./runs/task.ts";
import { verifyTask } from "./runs/verify.ts";
import { NOT_SUPPORTED } from "./visit-kernels.ts";

const COMMANDS: Readonly<Record<string, (context: MuseumContext) => MuseumTask>> = {
  facts: () => FACTS,
  lab: () => LAB,
  live: () => LIVE,
  verify: verifyTask,
};

const USAGE = `usage: npm run museum -- COMMAND... [options]

Several commands share one boot of each kernel.

  facts     what each kernel is asked in seconds, beside what was predicted of it
  lab       the catalogue of experiments
  live      the commands that look at a running machine, on a fixed set-up
  verify    random scenarios, kernel against model, and which mutants of the model each kernel kills
  page      writes the tables of docs/kernels.md and docs/kernel.md from the results; with --check only compares

  --kernels A,B     only these kernels of scripts/museum/kernels.ts
  --guests N        how many kernels run side by side (2)
  --scenarios N     how many random scenarios (60)
  --teeth           verify: also scenarios chosen so that each rule decides often and each mutant is met
  --seed N          which series of them (1)
  --parallel N      how many of them side by side (20)
  --cache FOLDER    where kernels and tools are kept (~/.cache/listenq-museum)
  --results FOLDER  where results go (scripts/museum/kept)
  --save FOLDER     verify: where each mismatch goes, a scenario file and both traces (listenq-mismatches)
  --limit MINUTES   a guest that takes longer is called hung (30)
`;

/** Runs a command line. */
export async function runMuseum(
  args: readonly string[],
  { programs }: { readonly programs: string },
): Promise<number> {
  const parsed = parse(args);
  if (parsed?.positionals.join(" ") === "page") return writePages(parsed.values.check);
  const names = [...new Set(parsed?.positionals)];
  const commands = names.flatMap((name) => COMMANDS[name] ?? []);
  if (parsed === null || names.length === 0 || commands.length < names.length) {
    process.stderr.write(USAGE);
    return 2;
  }
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const options = optionsOf(parsed.values, programs, interrupted.signal);
    const context = await openMuseum(options);
    const tasks = commands.map((taskOf) => taskOf(context));
    const code = await runTasks(context, tasks);
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
  const { cache, results, save } = values;
  return {
    kernels: chosenKernels(values.kernels?.split(",") ?? []),
    ...{ cache, results, save, programs, signal, teeth: values.teeth },
    limitMs: wholeNumber("--limit", values.limit) * 60_000,
    guests: wholeNumber("--guests", values.guests),
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
        guests: { type: "string", default: "2" },
        scenarios: { type: "string", default: "60" },
        teeth: { type: "boolean", default: false },
        seed: { type: "string", default: "1" },
        parallel: { type: "string", default: "20" },
        results: { type: "string", default: RESULTS_FOLDER },
        save: { type: "string", default: "listenq-mismatches" },
        check: { type: "boolean", default: false },
      },
    });
  } catch {
    return null;
  }
}
