/**
 * Reads a recording back, one sample at a time: a year of it never stands in memory.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { DecodeError, UsageError } from "../../core/errors.ts";
import type { Sample } from "../../core/listener/sample/sample.ts";
import { shownWord } from "../../core/report/layout/printable.ts";
import { asFileError } from "../files/file-error.ts";
import { listSegments } from "./segment-files.ts";
import { readSegment, type SegmentContents, unpackInterval } from "./segment-format.ts";

/** Which part of it; null is no bound. */
export interface RecordingWindow {
  /** Milliseconds since 1970. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/**
 * The samples of a folder, in the order in which they were written. What cannot be read is told, and reading goes on with what
 * comes next. All files are read, whatever their own times say: copies have others, and clocks are set.
 *
 * @throws {UsageError} when the folder cannot be read, has no recording, or none that can be read
 */
export function* readRecording(
  folder: string,
  { sinceMs, untilMs }: RecordingWindow,
  onDamage: (sentence: string) => void,
): Generator<Sample> {
  let hasReadable = false;
  for (const { path } of segmentsOf(folder)) {
    const segment = tryToRead(path);
    if (typeof segment === "string") {
      onDamage(segment);
      continue;
    }
    hasReadable = true;
    const { intervals, damage } = segment;
    for (const interval of intervals) {
      if (sinceMs !== null && interval.takenAtMs < sinceMs) continue;
      if (untilMs !== null && interval.takenAtMs > untilMs) continue;
      yield unpackInterval(interval);
    }
    if (damage !== null)
      onDamage(`${path}: ${damage}; the ${intervals.length} whole intervals in it are read`);
  }
  if (!hasReadable) throw new UsageError(`${folder} holds no file that can be read`);
}

/** What a file holds, or a sentence that says why it cannot be read. */
function tryToRead(path: string): SegmentContents | string {
  try {
    return readSegment(readFileSync(path));
  } catch (error) {
    const known = asFileError("cannot be read", error);
    if (!(known instanceof DecodeError || known instanceof UsageError)) throw error;
    return `${path}: ${known.message}`;
  }
}

function segmentsOf(folder: string): ReturnType<typeof listSegments> {
  try {
    const segments = listSegments(folder);
    if (segments.length > 0) return segments;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR" && existsSync(folder))
      throw new UsageError(`${folder} is no folder, and a recording is one; listenq record makes them`);
    throw asFileError(`cannot read ${shownWord(folder)}`, error);
  }
  throw new UsageError(
    `${folder} holds no recording: files listenq-*.lqr expected; listenq record makes them`,
  );
}
