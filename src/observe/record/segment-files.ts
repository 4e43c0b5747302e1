/**
 * The files of a recording: which there are, in order, and which have to go. The folder may hold other files; they are let
 * alone.
 *
 * @module
 */
import { readdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** A file of a recording. */
export interface SegmentFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly writtenAtMs: number;
}

const NAME = /^listenq-\d{8}T\d{9}Z\.lqr$/;

/** The name of a file that begins at this moment; names sort as the moments do. */
export function segmentName(startedAt: Date): string {
  return `listenq-${startedAt.toISOString().replace(/[-:.]/g, "")}.lqr`;
}

/** The files, oldest first. @throws {Error} Node's own, such as ENOENT */
export function listSegments(folder: string): SegmentFile[] {
  const names = readdirSync(folder).filter((name) => NAME.test(name));
  return names.sort().map((name) => {
    const path = join(folder, name);
    const { size, mtimeMs } = statSync(path);
    return { path, bytes: size, writtenAtMs: mtimeMs };
  });
}

/** What a recording may hold; null is no bound. */
export interface RecordingBounds {
  readonly maxBytes: number | null;
  readonly maxAgeMs: number | null;
}

/** Which files to delete, oldest first: never the last one, which is being written. Pure. */
export function segmentsToDelete(
  files: readonly SegmentFile[],
  { maxBytes, maxAgeMs }: RecordingBounds,
  nowMs: number,
): SegmentFile[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const doomed: SegmentFile[] = [];
  for (const file of files.slice(0, -1)) {
    const isOld = maxAgeMs !== null && nowMs - file.writtenAtMs > maxAgeMs;
    if (!isOld && (maxBytes === null || bytes <= maxBytes)) break;
    doomed.push(file);
    bytes -= file.bytes;
  }
  return doomed;
}

/** Deletes what the bounds forbid. */
export function enforceBounds(folder: string, bounds: RecordingBounds, nowMs: number): void {
  for (const { path } of segmentsToDelete(listSegments(folder), bounds, nowMs)) unlinkSync(path);
}
