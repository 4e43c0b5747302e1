/**
 * A mismatch as files: the scenario, and beside it what the kernel did and what the model says, with the first difference.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { printScenario } from "../../core/scenario/index.ts";
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
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, printScenario(scenario));
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ difference: first, model, kernel: trace }));
  } catch (error) {
    throw new UsageError(
      `cannot write ${file}: ${(error as Error).message}; name another folder with --save`,
    );
  }
  return file;
}
