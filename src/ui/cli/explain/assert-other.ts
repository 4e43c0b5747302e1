/**
 * What is written is never what is read.
 *
 * @module
 */
import { statSync } from "node:fs";
import { UsageError } from "../../../core/errors.ts";

/**
 * Also by another name, through a link.
 *
 * @throws {UsageError} if the target is one of the captures
 */
export function assertOther(option: string, target: string, files: readonly string[]): void {
  const own = identityOf(target);
  if (own !== null && files.some((file) => identityOf(file) === own))
    throw new UsageError(`${option}: ${target} is the capture itself`);
}

/** Device and inode; null where there is no such file yet. */
function identityOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file);
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}
