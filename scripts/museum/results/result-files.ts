/**
 * The results of a command, one file each, with a kernel's part replaced by that kernel's next run.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isBefore } from "../predictions.ts";

/** Where they lie, from the project's root. */
export const RESULTS_FOLDER = "scripts/museum/kept";

/** Reads the results of a command; none where it never ran. */
export function readResults<T>(command: string, folder: string = RESULTS_FOLDER): readonly T[] {
  try {
    return JSON.parse(readFileSync(fileOf(command, folder), "utf8")) as T[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Puts a kernel's result in its place, oldest kernel first. */
export function keepResult<T extends { readonly kernel: string }>(
  command: string,
  result: T,
  folder: string,
): void {
  const others = readResults<T>(command, folder).filter(({ kernel }) => kernel !== result.kernel);
  const all = [...others, result].sort((one, other) => (isBefore(one.kernel, other.kernel) ? -1 : 1));
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(command, folder), `${JSON.stringify(all, null, 1)}\n`);
}

function fileOf(command: string, folder: string): string {
  return join(folder, `${command}.json`);
}
