/**
 * `listenq plan --from-…`: the load as a recording, a capture or a look at a running listener shows it.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import { CaptureSequence } from "../../../core/explain/capture-sequence.ts";
import { EndpointNames } from "../../../core/explain/index.ts";
import type { Observation } from "../../../core/plan/index.ts";
import { observeCapture } from "../../../core/plan/observed/observe-capture.ts";
import { observeQueue } from "../../../core/plan/observed/observe-queue.ts";
import { RecordingObserver } from "../../../core/plan/observed/observe-recording.ts";
import { formatDuration } from "../../../core/scenario/units.ts";
import { CaptureReader } from "../../../core/wire/capture/capture-reader.ts";
import type { Io } from "../io.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { pause } from "../pause.ts";
import { Progress } from "../progress.ts";

/** Where the load is seen, as it was typed. */
export interface PlanSourceOptions {
  readonly fromRecording?: string;
  readonly fromCapture?: string;
  readonly fromPort?: string;
  readonly port?: string;
  readonly for?: string;
}

/** The kernel's counter of completed handshakes. */
const OPENED = "PassiveOpens";
const LOOK_EVERY_MS = 5;
const USUAL_LOOK = "30s";
const LEAST_LOOK_MS = 100;

/** What was seen; null where nothing was to be looked at. @throws {UsageError} for more than one source, or one without a load */
export async function observe(options: PlanSourceOptions, io: Io): Promise<Observation | null> {
  const { fromRecording, fromCapture, fromPort } = options;
  const sources = [fromRecording, fromCapture, fromPort].filter((one) => one !== undefined);
  if (sources.length > 1)
    throw new UsageError(
      "one of --from-recording, --from-capture and --from-port is enough; several do not make one load",
    );
  if (options.for !== undefined && fromPort === undefined)
    throw new UsageError("--for says how long --from-port looks: it needs that option");
  const port = options.port === undefined ? null : parseIntegerOption("--port", options.port, 1, 65_535);
  if (port !== null && fromRecording === undefined && fromCapture === undefined)
    throw new UsageError("--port says which listener of --from-recording or --from-capture is meant");
  if (fromRecording !== undefined) return await fromFolder(fromRecording, port, io);
  if (fromCapture !== undefined) return await fromFile(fromCapture, port, io);
  return fromPort === undefined ? null : await fromListener(fromPort, options.for ?? USUAL_LOOK, io);
}

async function fromFolder(folder: string, port: number | null, io: Io): Promise<Observation> {
  const { readRecording } = await import("../../../system/record/read-recording.ts");
  const observer = new RecordingObserver(port);
  const everything = { sinceMs: null, untilMs: null };
  for (const sample of readRecording(folder, everything, (sentence) =>
    io.stderr.write(`listenq: ${sentence}\n`),
  ))
    observer.add(sample);
  return observer.conclude(folder);
}

async function fromFile(file: string, port: number | null, io: Io): Promise<Observation> {
  const { readCapture } = await import("../../../system/capture/index.ts");
  const wanted = { server: null, since: null, until: null, keepAll: true, sorts: true };
  const sequence = new CaptureSequence(wanted);
  const reader = new CaptureReader(sequence);
  sequence.begin(() => reader.facts());
  await readCapture(file, reader, { signal: io.interrupted });
  const facts = reader.facts();
  sequence.end(facts);
  if (facts.problem !== null)
    io.stderr.write(`listenq: ${file}: ${facts.problem}; what could be read is taken\n`);
  const names = new EndpointNames({ anonymize: false });
  return observeCapture(sequence.conclude({ all: true, names, hasFrames: true }), file, port);
}

async function fromListener(text: string, howLong: string, io: Io): Promise<Observation> {
  const port = parseIntegerOption("--from-port", text, 1, 65_535);
  const forMs = parseDurationOption("--for", howLong, LEAST_LOOK_MS);
  const { ServerWatch } = await import("../../../system/load/server-watch.ts");
  const watch = ServerWatch.of(null, port, LOOK_EVERY_MS);
  if (watch === null)
    throw new UsageError(`nobody listens on port ${port} in this network namespace: see listenq ls`);
  const progress = new Progress(io, () => `looking at port ${port} for ${formatDuration(forMs)}`);
  watch.start();
  await pause(forMs, io.interrupted);
  progress.close();
  const { samples, counters, listeners } = watch.close();
  const drops = samples.at(-1)?.drops ?? 0;
  const source = `port ${port} for ${formatDuration(samples.at(-1)?.at ?? 0)}`;
  const seen = observeQueue(samples, { source, passiveOpens: counters[OPENED] ?? null, drops });
  return listeners === 1 ? seen : shareOfGroup(seen, listeners);
}

/** A SO_REUSEPORT group has a queue for each member. */
function shareOfGroup(seen: Observation, members: number): Observation {
  return {
    ...seen,
    ratePerSecond: seen.ratePerSecond / members,
    notes: [
      `${members} listeners share the port: the rate is one member's part, and a pause is seen only where all of them stand still.`,
      ...seen.notes,
    ],
  };
}
