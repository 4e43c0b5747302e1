/**
 * `listenq record DIR`: samples into a folder until it is stopped. The files are observe/record's.
 *
 * @module
 */
import type { Command } from "commander";
import type { Sample } from "../../../core/listener/sample/sample.ts";
import { checkWritable } from "../../../system/files/output-target.ts";
import type { ListenerSampler } from "../../../system/observe/sampler/listener-sampler.ts";
import type { CommandContext } from "../context.ts";
import { interruptedCode } from "../failure.ts";
import { type HelpNotes, helpNotes } from "../help-text.ts";
import type { Io } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { NETNS_OPTION } from "../options/netns-option.ts";
import { parseSizeOption } from "../options/number-option.ts";
import {
  parseEvery,
  parseSampling,
  type SamplingTexts,
  UNIX_OPTION,
  WATCH_OPTION,
} from "../options/sampling-options.ts";
import { pause } from "../pause.ts";

interface RecordOptions extends SamplingTexts {
  readonly maxSize: string;
  readonly maxAge?: string;
  readonly for?: string;
  readonly export?: string;
}

const HELP: HelpNotes = {
  examples: [
    ["sudo listenq record /var/lib/listenq --netns all --max-size 1GB --max-age 168h", ""],
    ["listenq record here --every 500ms --for 10m", ""],
    ["listenq record here --for 1m --export out.parquet", "the folder's recording as columns when it ends"],
    ["listenq replay here", "back again"],
  ],
};

/** Adds the command. */
export function registerRecord(program: Command, context: CommandContext): void {
  program
    .command("record")
    .description("samples of every listener to a folder, bounded in size and age")
    .argument("<dir>", "the folder; made if it is not there")
    .option(...NETNS_OPTION)
    .option("--every <duration>", "distance of samples", "1s")
    .option(...WATCH_OPTION)
    .option(...UNIX_OPTION)
    .option("--max-size <size>", "how large all files together may be; the oldest go", "1GB")
    .option("--max-age <duration>", "how old a file may be")
    .option("--for <duration>", "stop by itself")
    .option("--export <file>", "when it ends, write the folder's recording as Parquet")
    .addHelpText("after", helpNotes(HELP))
    .action((folder: string, options: RecordOptions) => record(folder, options, context));
}

async function record(folder: string, options: RecordOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const everyMs = parseEvery(options.every);
  const sampling = parseSampling(options);
  const bounds = {
    maxBytes: parseSizeOption("--max-size", options.maxSize),
    maxAgeMs: options.maxAge === undefined ? null : parseDurationOption("--max-age", options.maxAge, 1_000),
  };
  if (options.export !== undefined) checkWritable("--export", options.export);
  const forMs = options.for === undefined ? null : parseDurationOption("--for", options.for, everyMs);
  const { ListenerSampler } = await import("../../../system/observe/sampler/listener-sampler.ts");
  const { Recorder } = await import("../../../system/record/recorder.ts");
  // First, because where nothing can be looked at no folder is made.
  const sampler = new ListenerSampler({ ...sampling, hearsEntries: true });
  try {
    const recorder = new Recorder(folder, bounds);
    io.stderr.write(`listenq: recording to ${folder} every ${options.every}; Ctrl-C ends it\n`);
    try {
      const first = sampler.sample();
      recorder.append(first);
      await tellMissing(first, sampler, io);
      await recordUntil(forMs, everyMs, io.interrupted, () => recorder.append(sampler.sample()));
    } finally {
      recorder.close();
    }
  } finally {
    sampler.close();
  }
  if (options.export !== undefined) await exportAll(folder, options.export, context);
  if (io.interrupted.aborted) context.exitWith(interruptedCode(io));
}

/** Who is not in the recording cannot be asked for later, so it is said before it begins. */
async function tellMissing({ listeners }: Sample, sampler: ListenerSampler, io: Io): Promise<void> {
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  const isProcessMissing = listeners.some(({ process }) => process === null);
  const { hiddenProcesses, hiddenNamespaces, unseen } = sampler;
  for (const note of missingNotes({
    hiddenProcesses: isProcessMissing ? hiddenProcesses : 0,
    hiddenNamespaces,
    unseen,
  }))
    io.stderr.write(`listenq: ${note}\n`);
}

/** Goes on after the first sample. Intervals are counted from the start, so that they do not drift. */
async function recordUntil(
  forMs: number | null,
  everyMs: number,
  signal: AbortSignal,
  append: () => void,
): Promise<void> {
  const startedMs = performance.now();
  for (let count = 1; ; count += 1) {
    const elapsedMs = performance.now() - startedMs;
    // A timer may be up to a millisecond early.
    if (signal.aborted || (forMs !== null && elapsedMs + 1 >= forMs)) return;
    count = Math.max(count, Math.ceil(elapsedMs / everyMs));
    await pause(Math.max(0, count * everyMs - elapsedMs), signal);
    if (!signal.aborted) append();
  }
}

async function exportAll(folder: string, file: string, { io }: CommandContext): Promise<void> {
  const { readRecording } = await import("../../../system/record/read-recording.ts");
  const { writeParquet } = await import("../../../system/record/parquet.ts");
  const samples = readRecording(folder, { sinceMs: null, untilMs: null }, (sentence) =>
    io.stderr.write(`listenq: ${sentence}\n`),
  );
  io.stderr.write(`listenq: ${writeParquet(file, samples)} rows in ${file}\n`);
}
