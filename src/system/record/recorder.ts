/**
 * Writes samples into a folder, append-only: an interval is one write at the end of a file, and a file that was left is
 * never touched again, except to delete it when the folder is too large or it is too old. Whatever happens to the
 * process, what was written before stays readable (`segment-format.ts`).
 *
 * @module
 */

import { closeSync, constants, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SyscallError, UsageError } from "../../core/errors.ts";
import type { Sample } from "../../core/listener/sample/sample.ts";
import { shownWord } from "../../core/report/layout/printable.ts";
import { asFileError } from "../files/file-error.ts";
import { makeFolder } from "../files/make-folder.ts";
import { tryLock } from "../linux/process/file-lock.ts";
import {
  deleteSegments,
  listSegments,
  nextSegmentName,
  type RecordingBounds,
  segmentsToDelete,
} from "./segment-files.ts";
import { encodeFileHeader, encodeInterval } from "./segment-format.ts";

/** Of the size that a recording may have, so much is one file: the oldest eighth goes at a time. */
const FILES = 8;
const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** Of the age that a recording may have, so much is in one file. */
const MOST_FILE_MS = 3_600_000;
/** Files that became too old go between two beginnings as well. */
const TIDY_EACH = 8;
const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];

interface OpenFile {
  readonly fd: number;
  readonly path: string;
  readonly startedAtMs: number;
  bytes: number;
}

/** One recording that goes on until it is closed. */
export class Recorder {
  readonly #folder: string;
  readonly #bounds: RecordingBounds;
  readonly #lock: number;
  #file: OpenFile | null = null;
  #tidiedAtMs = 0;

  /** Makes the folder if need be. @throws {UsageError} when it cannot be written to, or another recorder writes there */
  constructor(folder: string, bounds: RecordingBounds) {
    this.#folder = folder;
    this.#bounds = bounds;
    attempt(folder, () => makeFolder(folder));
    this.#lock = attempt(folder, () => lockFolder(folder));
  }

  /** Adds a sample. @throws {UsageError} when the disk is full or the folder cannot be written to */
  append(sample: Sample): void {
    const bytes = encodeInterval(sample);
    const nowMs = Date.parse(sample.takenAt);
    if (this.#file !== null && this.#isEnough(this.#file, bytes.length, nowMs)) this.#leave();
    const file = this.#file ?? this.#begin(nowMs, bytes.length);
    attempt(file.path, () => writeWhole(file.fd, bytes, file.bytes));
    file.bytes += bytes.length;
    if (Math.abs(nowMs - this.#tidiedAtMs) > this.#mostFileMs / TIDY_EACH) this.#tidy(nowMs, file);
  }

  /** Ends the file and lets go of the folder. */
  close(): void {
    this.#leave();
    closeSync(this.#lock);
  }

  get #mostFileBytes(): number {
    return Math.min(MOST_FILE_BYTES, (this.#bounds.maxBytes ?? Number.POSITIVE_INFINITY) / FILES);
  }

  get #mostFileMs(): number {
    return Math.min(MOST_FILE_MS, (this.#bounds.maxAgeMs ?? Number.POSITIVE_INFINITY) / FILES);
  }

  /** Room is made first, for all that the new file may become. */
  #begin(nowMs: number, firstBytes: number): OpenFile {
    const header = encodeFileHeader();
    this.#tidy(nowMs, null, Math.max(this.#mostFileBytes, header.length + firstBytes));
    const path = join(
      this.#folder,
      attempt(this.#folder, () => nextSegmentName(listSegments(this.#folder), nowMs)),
    );
    const fd = attempt(path, () => openSync(path, "ax", 0o644));
    this.#file = { fd, path, startedAtMs: nowMs, bytes: header.length };
    try {
      attempt(path, () => writeWhole(fd, header, 0));
    } catch (error) {
      unlinkSync(path);
      throw error;
    }
    return this.#file;
  }

  /** A file that somebody deleted would take all that comes with it. */
  #isEnough({ fd, bytes, startedAtMs }: OpenFile, moreBytes: number, nowMs: number): boolean {
    const isOld = Math.abs(nowMs - startedAtMs) > this.#mostFileMs;
    return isOld || bytes + moreBytes > this.#mostFileBytes || fstatSync(fd).nlink === 0;
  }

  /** Deletes what the bounds forbid, but never the file that is being written. */
  #tidy(nowMs: number, current: OpenFile | null, neededBytes: number = this.#mostFileBytes): void {
    this.#tidiedAtMs = nowMs;
    attempt(this.#folder, () => {
      const others = listSegments(this.#folder).filter(({ path }) => path !== current?.path);
      deleteSegments(segmentsToDelete(others, this.#bounds, { nowMs, neededBytes }));
    });
  }

  #leave(): void {
    if (this.#file !== null) closeSync(this.#file.fd);
    this.#file = null;
  }
}

/** @throws {UsageError} when another recorder holds it: two would delete each other's files */
function lockFolder(folder: string): number {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    if (tryLock(fd)) return fd;
  } catch (error) {
    // A file system without locks is no reason not to record.
    if (error instanceof SyscallError) return fd;
    throw error;
  }
  closeSync(fd);
  throw new UsageError(
    `cannot record to ${folder}: another listenq record writes there; choose another folder`,
  );
}

/** A write that a full disk cut short is taken back, so that the file ends with a whole interval. */
function writeWhole(fd: number, bytes: Uint8Array, at: number): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } catch (error) {
    ftruncateSync(fd, at);
    throw error;
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = "" } = error as NodeJS.ErrnoException;
    if (FULL.includes(code))
      throw new UsageError(`${path}: no space left (${code}); what was recorded before is intact`, {
        cause: error,
      });
    throw asFileError(`cannot record to ${shownWord(path)}`, error);
  }
}
