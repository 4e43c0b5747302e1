/**
 * `listenq replay DIR`: a recording as text, as JSON, in `top`, or as Parquet.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import type { Sample } from "../../observe/sampler/sample.ts";
import type { CommandContext } from "../context.ts";
import { printJson } from "../io.ts";

interface ReplayOptions {
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
  readonly top?: boolean;
  readonly export?: string;
}

const EXAMPLES = `
Examples:
  listenq replay /var/lib/listenq                           what filled, overflowed or dropped, a line each
  listenq replay here --since 2026-11-25T03:00Z --until 2026-11-25T03:10Z --top
  listenq replay here --json | jq '.samples[].listeners[] | select(.fullMs > 0)'
  listenq replay here --export out.parquet                  columns for DuckDB, Spark, ClickHouse
`;

/** Adds the command. */
export function registerReplay(program: Command, context: CommandContext): void {
  program
    .command("replay")
    .description("a recording of listenq record, or any part of it")
    .argument("<dir>", "the folder")
    .option("--since <time>", "ISO 8601, such as 2026-11-25T03:00Z")
    .option("--until <time>", "ISO 8601")
    .option("--json", "print one JSON document")
    .option("--top", "show it in top")
    .option("--export <file>", "write it as Parquet")
    .helpOption("--help", "print this help")
    .addHelpText("after", EXAMPLES)
    .action((folder: string, options: ReplayOptions) => replay(folder, options, context));
}

async function replay(folder: string, options: ReplayOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const { readRecording } = await import("../../observe/record/recording.ts");
  const window = {
    sinceMs: parseTime("--since", options.since),
    untilMs: parseTime("--until", options.until),
  };
  const samples = readRecording(folder, window, (sentence) => io.stderr.write(`listenq: ${sentence}\n`));
  if (options.export !== undefined) {
    const { writeParquet } = await import("../../observe/record/parquet.ts");
    io.stderr.write(`listenq: ${writeParquet(options.export, samples)} rows in ${options.export}\n`);
  } else if (options.json === true) printJson(io, { schema: "listenq.replay/1", samples: [...samples] });
  else if (options.top === true) await showInTop(samples, context);
  else await printText(samples, context);
}

async function printText(samples: Iterable<Sample>, { io }: CommandContext): Promise<void> {
  const { RecordingSummary } = await import("../../report/recording-text.ts");
  const summary = new RecordingSummary();
  for (const sample of samples) for (const line of summary.add(sample)) io.stdout.write(`${line}\n`);
  for (const line of summary.end()) io.stdout.write(`${line}\n`);
}

/** Plays it as fast as one sample in a fifth of a second: the keys of top stop it. */
async function showInTop(samples: Iterable<Sample>, { io }: CommandContext): Promise<void> {
  if (io.stdout.isTTY !== true)
    throw new UsageError("replay --top needs a terminal; leave --top out for text");
  const { runTop } = await import("../../top/run-top.ts");
  const source = samples[Symbol.iterator]();
  await runTop({
    order: "fullness",
    filter: "",
    hasColours: !io.env["NO_COLOR"],
    signal: io.interrupted,
    waitingOf: () => null,
    subscribe: (onSample) => {
      const timer = setInterval(() => {
        const { value, done } = source.next();
        if (done === true) clearInterval(timer);
        else onSample(value);
      }, 200);
      return () => clearInterval(timer);
    },
  });
}

function parseTime(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError(`${option} must be a time such as 2026-11-25T03:00Z, got ${text}`);
  return ms;
}
