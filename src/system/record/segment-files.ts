/**
 * The files of a recording: which there are, in order, and which have to go. The folder may hold other files; they are let
 * alone.
 *
 * @module
 */
import { readdirSync, statSync, unlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** A file of a recording. */
export interface SegmentFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly writtenAtMs: number;
}

const NAME = /^listenq-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.lqr$/;

/** The name of a file that begins at this moment; names sort as the moments do. */
export function segmentName(startedAt: Date): string {
  return `listenq-${startedAt.toISOString().replace(/[-:.]/g, "")}.lqr`;
}

/**
 * The name for the next file: always behind those that are there, so that their order is that in which they were written,
 * also where the clock was set back in between.
 */
export function nextSegmentName(files: readonly Pick<SegmentFile, "path">[], nowMs: number): string {
  const newest = files.at(-1);
  const newestMs = newest === undefined ? Number.NEGATIVE_INFINITY : startOf(basename(newest.path));
  return segmentName(new Date(Math.max(nowMs, newestMs + 1)));
}

function startOf(name: string): number {
  return Date.parse(name.replace(NAME, "$1-$2-$3T$4:$5:$6.$7Z"));
}

/** The files, oldest first. @throws {Error} Node's own, such as ENOENT for the folder */
export function listSegments(folder: string): SegmentFile[] {
  const names = readdirSync(folder).filter((name) => NAME.test(name) && !Number.isNaN(startOf(name)));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    // Whoever else tidies up here may have been faster.
    const status = statSync(path, { throwIfNoEntry: false });
    return status?.isFile() === true ? [{ path, bytes: status.size, writtenAtMs: status.mtimeMs }] : [];
  });
}

/** What a recording may hold; null is no bound. */
export interface RecordingBounds {
  readonly maxBytes: number | null;
  readonly maxAgeMs: number | null;
}

/** Which of these files to delete: all that are too old, and the oldest ones until `neededBytes` fit beside the rest. Pure. */
export function segmentsToDelete(
  files: readonly SegmentFile[],
  { maxBytes, maxAgeMs }: RecordingBounds,
  { nowMs, neededBytes }: { readonly nowMs: number; readonly neededBytes: number },
): SegmentFile[] {
  const isOld = ({ writtenAtMs }: SegmentFile): boolean =>
    maxAgeMs !== null && nowMs - writtenAtMs > maxAgeMs;
  const kept = files.filter((file) => !isOld(file));
  let excess = maxBytes === null ? 0 : kept.reduce((sum, { bytes }) => sum + bytes, neededBytes) - maxBytes;
  return files.filter((file) => {
    if (isOld(file)) return true;
    if (excess <= 0) return false;
    excess -= file.bytes;
    return true;
  });
}

/** Deletes files. One that is gone already is as well. */
export function deleteSegments(files: readonly SegmentFile[]): void {
  for (const { path } of files) {
    try {
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}
