/**
 * Writes samples into a folder, append-only: an interval is one write at the end of a file, and a file that was left is
 * never touched again, except to delete it when the folder is too large or it is too old. Whatever happens to the
 * process, what was written before stays readable (`segment-format.ts`).
 *
 * @module
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Sample } from "../sampler/sample.ts";
import { enforceBounds, type RecordingBounds, segmentName } from "./segment-files.ts";
import { encodeFileHeader, encodeInterval } from "./segment-format.ts";

/** Of the size that a recording may have, so much is one file: the oldest eighth goes at a time. */
const FILES = 8;
const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** Of the age that a recording may have, so much is in one file. */
const MOST_FILE_MS = 3_600_000;
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
  #file: OpenFile | null = null;

  /** Makes the folder if need be. @throws {UsageError} when it cannot be written to */
  constructor(folder: string, bounds: RecordingBounds) {
    this.#folder = folder;
    this.#bounds = bounds;
    attempt(folder, () => makeFolder(folder));
  }

  /** Adds a sample. @throws {UsageError} when the disk is full or the folder cannot be written to */
  append(sample: Sample): void {
    const bytes = encodeInterval(sample);
    const nowMs = Date.parse(sample.takenAt);
    if (this.#file !== null && this.#isEnough(bytes.length, nowMs)) this.#leave();
    const file = this.#file ?? this.#begin(nowMs);
    attempt(file.path, () => writeWhole(file.fd, bytes, file.bytes));
    file.bytes += bytes.length;
  }

  close(): void {
    this.#leave();
  }

  #begin(nowMs: number): OpenFile {
    const path = join(this.#folder, segmentName(new Date(nowMs)));
    const fd = attempt(path, () => openSync(path, "ax", 0o644));
    const header = encodeFileHeader();
    const file: OpenFile = { fd, path, startedAtMs: nowMs, bytes: header.length };
    this.#file = file;
    attempt(path, () => writeWhole(fd, header, 0));
    attempt(path, () => enforceBounds(this.#folder, this.#bounds, nowMs));
    return file;
  }

  #isEnough(moreBytes: number, nowMs: number): boolean {
    if (this.#file === null) return false;
    const { maxBytes, maxAgeMs } = this.#bounds;
    const mostBytes = Math.min(MOST_FILE_BYTES, (maxBytes ?? Number.POSITIVE_INFINITY) / FILES);
    const mostMs = Math.min(MOST_FILE_MS, (maxAgeMs ?? Number.POSITIVE_INFINITY) / FILES);
    return this.#file.bytes + moreBytes > mostBytes || nowMs - this.#file.startedAtMs > mostMs;
  }

  #leave(): void {
    if (this.#file !== null) closeSync(this.#file.fd);
    this.#file = null;
  }
}

/** On a read-only file system Node's recursive way says "no such file", so the plain way is asked for the reason. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    mkdirSync(folder);
  }
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
    const { code = "" } = error as NodeJS.ErrnoException;
    if (FULL.includes(code))
      throw new UsageError(`${path}: no space left (${code}); what was recorded before is intact`, {
        cause: error,
      });
    if (code === "") throw error;
    throw new UsageError(`cannot record to ${path}: ${(error as Error).message}`, { cause: error });
  }
}
