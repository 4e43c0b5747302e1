/**
 * `listenq explain --interface IF --port P`: one line a victim while it happens, and what `explain` says of a capture when it
 * ends.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import { type CaptureSummary, explainDocument } from "../../../core/report/document/explain-document.ts";
import { formatExplanation } from "../../../core/report/text/explain-text.ts";
import { kernelWordText } from "../../../core/report/text/live/kernel-word-text.ts";
import { victimLine } from "../../../core/report/text/victim-line.ts";
import { LiveCapture, type LiveFacts } from "../../../system/observe/live-capture.ts";
import { styleFor } from "../cli-style.ts";
import { interruptedCode } from "../failure.ts";
import { EXIT, type Io, printJson } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { pause } from "../pause.ts";
import type { ExplainFlags } from "./explain-options.ts";

/** The flags that make sense without a file. */
export interface InterfaceFlags {
  readonly interface: string;
  readonly port?: string;
  readonly for?: string;
  readonly json?: true;
}

const LEAST_MS = 100;
/** Those that are about a file. */
const FILE_FLAGS = ["server", "since", "until", "all", "annotate", "anonymize"] as const;

/** Runs until Ctrl-C or `--for`, and returns the exit code. */
export async function runExplainInterface(
  files: readonly string[],
  flags: InterfaceFlags & ExplainFlags,
  io: Io,
): Promise<number> {
  const { interfaceName, port, durationMs } = parseFlags(files, flags);
  const isJson = flags.json === true;
  const capture = new LiveCapture({
    interfaceName,
    port,
    onVictim: (victim) => void (isJson ? io.stderr : io.stdout).write(`${victimLine(victim)}\n`),
  });
  io.stderr.write(`listenq: listening to port ${port} on ${interfaceName}; Ctrl-C ends it\n`);
  await wait(durationMs, io.interrupted);
  const { facts, explanation, kernelWord } = capture.close();
  const summary = summarize(interfaceName, facts);
  if (isJson) printJson(io, { ...explainDocument([summary], explanation), kernelWord });
  else {
    io.stdout.write(`\n${formatExplanation([summary], explanation, styleFor(io))}`);
    if (kernelWord !== null) io.stdout.write(`The second witness: ${kernelWordText(kernelWord)}.\n`);
  }
  if (facts.lost > 0)
    io.stderr.write(`listenq: ${facts.lost} packets came too fast and were not looked at\n`);
  return io.interrupted.aborted ? interruptedCode(io) : EXIT.fine;
}

function parseFlags(
  files: readonly string[],
  flags: InterfaceFlags & ExplainFlags,
): { interfaceName: string; port: number; durationMs: number | null } {
  if (files.length > 0) throw new UsageError(`explain reads files or --interface, not both, got ${files[0]}`);
  const misplaced = FILE_FLAGS.find((flag) => flags[flag] !== undefined);
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} is for files, not for --interface`);
  if (flags.port === undefined) throw new UsageError("--interface needs --port: the listener's port");
  return {
    interfaceName: flags.interface,
    port: parseIntegerOption("--port", flags.port, 1, 65_535),
    durationMs: flags.for === undefined ? null : parseDurationOption("--for", flags.for, LEAST_MS),
  };
}

async function wait(durationMs: number | null, signal: AbortSignal): Promise<void> {
  if (durationMs !== null) await pause(durationMs, signal);
  else if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

function summarize(interfaceName: string, { packets, first, last, skipped }: LiveFacts): CaptureSummary {
  return { file: interfaceName, format: "live", linkTypes: ["RAW"], packets, first, last, skipped };
}
