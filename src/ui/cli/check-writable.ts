/**
 * Whether a file that an option names can be written, asked before anything is done for it.
 *
 * @module
 */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../../core/errors.ts";

/** Whether a file could be written. @throws {UsageError} that names the option */
export function checkWritable(option: string, file: string): void {
  const isThere = existsSync(file);
  if (isThere && statSync(file).isDirectory())
    throw new UsageError(`${option}: ${file} is a folder, not a file`);
  try {
    accessSync(isThere ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`${option}: cannot write ${file}`, { cause: error });
  }
}
