/**
 * `listenq replay DIR`: a recording as text, as JSON, in `top`, or as Parquet.
 *
 * @module
 */

import { once } from "node:events";
import { type Command, Option } from "commander";
import { UsageError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/finding.ts";
import type { WindowListener } from "../../../core/findings/find-in-window.ts";
import type { Sample } from "../../../core/listener/sample/sample.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { hasColours, styleFor } from "../cli-style.ts";
import type { CommandContext } from "../context.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { Io } from "../io.ts";
import { FAIL_ON_HELP, failOnCode, parseFailOnOption } from "../options/fail-on.ts";

interface ReplayOptions {
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
  readonly top?: boolean;
  readonly export?: string;
  readonly failOn?: string;
}

const HELP: HelpNotes = {
  examples: [
    ["listenq replay /var/lib/listenq", "what filled, overflowed or dropped, and the findings"],
    ["listenq replay here --since 2026-11-25T03:00Z --until 2026-11-25T03:10Z --top", ""],
    [
      "listenq replay here --since 2026-11-25T03:00Z --fail-on critical",
      "exit code 1 if something was wrong",
    ],
    ["listenq replay here --json | jq '.samples[].listeners[] | select(.fullMs > 0)'", ""],
    ["listenq replay here --export out.parquet", "columns for DuckDB, Spark, ClickHouse"],
  ],
};

/** Adds the command. */
export function registerReplay(program: Command, context: CommandContext): void {
  program
    .command("replay")
    .description("a recording of listenq record, or any part of it")
    .argument("<dir>", "the folder")
    .option("--since <time>", "ISO 8601, such as 2026-11-25T03:00Z")
    .option("--until <time>", "ISO 8601")
    .option("--fail-on <severity>", FAIL_ON_HELP)
    .addOption(new Option("--json", "print one JSON document").conflicts(["top", "export"]))
    .addOption(new Option("--top", "show it in top").conflicts(["export", "failOn"]))
    .addOption(new Option("--export <file>", "write it as Parquet").conflicts("failOn"))
    .addHelpText("after", helpNotes(HELP))
    .action((folder: string, options: ReplayOptions) => replay(folder, options, context));
}

async function replay(folder: string, options: ReplayOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const { readRecording } = await import("../../../system/record/read-recording.ts");
  const failOn = parseFailOnOption(options.failOn);
  const extent = {
    sinceMs: parseTime("--since", options.since),
    untilMs: parseTime("--until", options.until),
  };
  const samples = begun(
    readRecording(folder, extent, (sentence) => io.stderr.write(`listenq: ${sentence}\n`)),
  );
  if (options.export !== undefined) {
    const { writeParquet } = await import("../../../system/record/parquet.ts");
    io.stderr.write(`listenq: ${writeParquet(options.export, samples)} rows in ${options.export}\n`);
    return;
  }
  if (options.top === true) return await showInTop(samples, context);
  const found = await (options.json === true ? printDocument(samples, io) : printText(samples, io));
  const findings = [...found.findings, ...found.listeners.flatMap((one) => one.findings)];
  context.exitWith(failOnCode(failOn, findings));
}

/** The same samples, but what is wrong with the folder is thrown here, before anything was written anywhere. */
function begun(samples: Generator<Sample>): Iterable<Sample> {
  const first = samples.next();
  return (function* () {
    if (first.done !== true) yield first.value;
    yield* samples;
  })();
}

interface Found {
  readonly listeners: readonly WindowListener[];
  /** Of the namespaces. */
  readonly findings: readonly Finding[];
}

/** What happened, a line each, then what is wrong. */
async function printText(samples: Iterable<Sample>, io: Io): Promise<Found> {
  const { RecordingSummary } = await import("../../../core/report/text/recording-text.ts");
  const { formatFindingLines } = await import("../../../core/report/text/finding-lines.ts");
  const { SampleWindow } = await import("../../../core/listener/window/sample-window.ts");
  const { findInWindow, findInWindowNamespaces } = await import("../../../core/findings/find-in-window.ts");
  const summary = new RecordingSummary();
  const window = new SampleWindow();
  for (const sample of samples) {
    window.add(sample);
    for (const line of summary.add(sample)) io.stdout.write(`${line}\n`);
  }
  for (const line of summary.end()) io.stdout.write(`${line}\n`);
  const found = { listeners: findInWindow(window), findings: findInWindowNamespaces(window) };
  const named = found.listeners.map(({ listener, findings }) => ({ ...listener, findings }));
  io.stdout.write(formatFindingLines({ listeners: named, findings: found.findings }, styleFor(io)));
  return found;
}

/** Sample by sample, so that a recording of any length can be written. */
async function printDocument(samples: Iterable<Sample>, io: Io): Promise<Found> {
  const { SampleWindow } = await import("../../../core/listener/window/sample-window.ts");
  const { findInWindow, findInWindowNamespaces } = await import("../../../core/findings/find-in-window.ts");
  const window = new SampleWindow();
  let separator = "";
  io.stdout.write('{\n  "schema": "listenq.replay/1",\n  "samples": [');
  for (const sample of samples) {
    window.add(sample);
    if (!io.stdout.write(`${separator}\n    ${indented(sample, 4)}`)) await once(io.stdout, "drain");
    separator = ",";
  }
  const found = { listeners: findInWindow(window), findings: findInWindowNamespaces(window) };
  io.stdout.write(`${separator === "" ? "" : "\n  "}],\n`);
  io.stdout.write(`  "listeners": ${indented(found.listeners.map(documentOf), 2)},\n`);
  io.stdout.write(`  "findings": ${indented(found.findings, 2)}\n}\n`);
  return found;
}

/** A part of a document that is written piece by piece, as it would stand in the whole. */
function indented(part: unknown, by: number): string {
  return JSON.stringify(part, null, 2).replaceAll("\n", `\n${" ".repeat(by)}`);
}

/** What names a listener, and what was seen of it in the whole window. */
function documentOf({ listener, window, findings }: WindowListener) {
  const { namespace, cookie, protocol, address, port, path, group, process, container } = listener;
  return { namespace, cookie, protocol, address, port, path, group, process, container, window, findings };
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
    hasColours: hasColours(io),
    signal: io.interrupted,
    // Nobody can look closer at the past.
    inspect: () => ({ waiting: null, owner: null }),
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
    throw new UsageError(`${option} must be a time such as 2026-11-25T03:00Z, got ${shownWord(text)}`);
  return ms;
}
