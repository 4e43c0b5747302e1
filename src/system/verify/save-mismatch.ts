/**
 * A mismatch as files: the scenario, and beside it what the kernel did and what the model says, with the first difference.
 *
 * @module
 */

import { join } from "node:path";
import { shownWord } from "../../core/report/layout/printable.ts";
import { printScenario } from "../../core/scenario/index.ts";
import { asFileError } from "../files/file-error.ts";
import { makeFolder } from "../files/make-folder.ts";
import { writeOutput } from "../files/output-file.ts";
import type { Mismatch } from "./tally.ts";

/**
 * Writes `NAME.yaml` and `NAME.json` into a folder, which is made if need be, and returns the scenario's file.
 *
 * @throws {UsageError} when the folder cannot be written to
 */
export function saveMismatch(
  folder: string,
  name: string,
  { scenario, trace, difference }: Mismatch,
): string {
  const { listing: model, ...first } = difference;
  const file = join(folder, `${name}.yaml`);
  try {
    makeFolder(folder);
  } catch (error) {
    throw asFileError(`--save: cannot make ${shownWord(folder)}`, error);
  }
  const document = JSON.stringify({ difference: first, model, kernel: trace });
  writeOutput("--save", file, printScenario(scenario));
  writeOutput("--save", join(folder, `${name}.json`), document);
  return file;
}
