/**
 * A file that an option asks for. It is written beside the place where it is to be and moved there at the end, so that
 * whatever goes wrong before leaves the old file as it was. A device or a pipe is written as it is.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { shownWord } from "../../core/report/layout/printable.ts";
import { asFileError } from "./file-error.ts";
import { type OutputTarget, targetOf } from "./output-target.ts";

/** A rename that these refuse is a copy: another file system, or a file that is mounted by itself. */
const NOT_RENAMED = ["EXDEV", "EBUSY", "EPERM", "EACCES"];

/** Files that are being written: a process that ends early takes them with it. */
const unfinished = new Set<string>();

/** One file on its way. Write to it, then `finish()`; or `discard()`. */
export class OutputFile {
  /** Where the bytes go: beside the target, or the target itself if it is a device or a pipe. */
  readonly path: string;
  readonly #option: string;
  readonly #file: string;
  readonly #target: OutputTarget;
  #descriptor: number | null = null;

  /**
   * Opens it.
   *
   * @param option who asked for the file, such as `"--report"`; every message begins with it
   * @throws {UsageError} if it cannot be written
   */
  constructor(option: string, file: string) {
    this.#option = option;
    this.#file = file;
    this.#target = this.#attempt(() => targetOf(file));
    const { path, old, isPlain } = this.#target;
    this.path = isPlain ? join(stagingFolder(path), `.listenq-${randomUUID()}.part`) : path;
    const mode = (old?.mode ?? 0o666) & 0o777;
    this.#descriptor = this.#attempt(() => openSync(this.path, isPlain ? "wx" : "w", mode));
    if (isPlain) remember(this.path);
  }

  /** Adds bytes at the end. @throws {UsageError} if they cannot be written; then nothing is left of them */
  write(bytes: Uint8Array): void {
    this.attempt(() => {
      const descriptor = this.#descriptor as number;
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    });
  }

  /** Does what writes to `path`. @throws {UsageError} for what the file system refuses; then nothing is left of it */
  attempt<Result>(work: () => Result): Result {
    try {
      return this.#attempt(work);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Puts the file where it was asked for. @throws {UsageError} if that fails; the old file is then as it was */
  finish(): void {
    this.#close();
    if (!this.#target.isPlain) return;
    this.attempt(() => moveTo(this.path, this.#target));
    unfinished.delete(this.path);
  }

  /** Takes away what was written; the old file stays as it was. */
  discard(): void {
    this.#close();
    if (this.#target.isPlain) remove(this.path);
    unfinished.delete(this.path);
  }

  #close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor !== null) closeSync(descriptor);
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw asFileError(`${this.#option}: cannot write ${shownWord(this.#file)}`, error);
    }
  }
}

/** Writes a whole file. @throws {UsageError} that names the option and the file */
export function writeOutput(option: string, file: string, content: Uint8Array | string): void {
  const output = new OutputFile(option, file);
  output.write(typeof content === "string" ? Buffer.from(content) : content);
  output.finish();
}

/** Beside the target, so that a rename will do; elsewhere if that folder takes no new file. */
function stagingFolder(path: string): string {
  try {
    accessSync(dirname(path), constants.W_OK);
    return dirname(path);
  } catch {
    return tmpdir();
  }
}

function moveTo(from: string, { path, old }: OutputTarget): void {
  if (old !== null) keepRights(from, old);
  try {
    renameSync(from, path);
  } catch (error) {
    if (!NOT_RENAMED.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    copyFileSync(from, path);
    unlinkSync(from);
  }
}

/** The new file belongs to whom the old one did, as far as this user may give it away. */
function keepRights(file: string, { mode, uid, gid }: Stats): void {
  chmodSync(file, mode & 0o7777);
  try {
    chownSync(file, uid, gid);
  } catch {
    // It stays this user's own.
  }
}

function remember(path: string): void {
  process.off("exit", removeUnfinished);
  process.on("exit", removeUnfinished);
  unfinished.add(path);
}

function removeUnfinished(): void {
  for (const path of unfinished) remove(path);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already.
  }
}
