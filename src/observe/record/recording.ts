/**
 * Reads a recording back, one sample at a time: a year of it never stands in memory.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { UsageError } from "../../errors.ts";
import type { Sample } from "../sampler/sample.ts";
import { listSegments } from "./segment-files.ts";
import { readSegment, unpackInterval } from "./segment-format.ts";

/** Which part of it; null is no bound. */
export interface RecordingWindow {
  /** Milliseconds since 1970. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/**
 * The samples of a folder, oldest first. What cannot be read is told, and reading goes on with the next file.
 *
 * @throws {UsageError} when the folder cannot be read or has no recording
 * @throws {DecodeError} when a file is of another version
 */
export function* readRecording(
  folder: string,
  { sinceMs, untilMs }: RecordingWindow,
  onDamage: (sentence: string) => void,
): Generator<Sample> {
  for (const { path, writtenAtMs } of segmentsOf(folder)) {
    if (sinceMs !== null && writtenAtMs < sinceMs) continue;
    const { intervals, damage } = readSegment(readFileSync(path));
    for (const interval of intervals) {
      if (sinceMs !== null && interval.takenAtMs < sinceMs) continue;
      if (untilMs !== null && interval.takenAtMs > untilMs) continue;
      yield unpackInterval(interval);
    }
    if (damage !== null) onDamage(`${path}: ${damage}; ${intervals.length} intervals before it are whole`);
  }
}

function segmentsOf(folder: string): ReturnType<typeof listSegments> {
  try {
    const segments = listSegments(folder);
    if (segments.length > 0) return segments;
  } catch (error) {
    throw new UsageError(`cannot read ${folder}: ${(error as Error).message}`, { cause: error });
  }
  throw new UsageError(
    `${folder} holds no recording: files listenq-*.lqr expected; listenq record makes them`,
  );
}
