/**
 * What stands where a file is to be written.
 *
 * @module
 */

import { accessSync, constants, lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { shownWord } from "../../core/report/layout/printable.ts";
import { asFileError } from "./file-error.ts";

const MOST_LINKS = 40;

/** Whether a file could be written, before anything is done for it. @throws {UsageError} that names the option */
export function checkWritable(option: string, file: string): void {
  try {
    targetOf(file);
  } catch (error) {
    throw asFileError(`${option}: cannot write ${shownWord(file)}`, error);
  }
}

/** The place of a file. */
export interface OutputTarget {
  /** Without links. */
  readonly path: string;
  /** What is there; null if nothing is. */
  readonly old: Stats | null;
  /** Whether it is a file or nothing yet, so that another one can take its place. */
  readonly isPlain: boolean;
}

/** @throws {Error} Node's own, if there can be no such file */
export function targetOf(file: string): OutputTarget {
  const path = withoutLinks(resolve(file));
  const old = statSync(path, { throwIfNoEntry: false }) ?? null;
  if (old?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
  accessSync(old === null ? dirname(path) : path, constants.W_OK);
  return { path, old, isPlain: !isSystems(path) && (old === null || old.isFile()) };
}

/** A rename would put a file in the place of the link. What leads through /dev or /proc is followed by the kernel alone. */
function withoutLinks(path: string): string {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const isLink = lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink || isSystems(at)) return at;
    at = resolve(dirname(at), readlinkSync(at));
  }
  throw Object.assign(new Error(), { code: "ELOOP" });
}

function isSystems(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}
