/**
 * A folder, with those above it.
 *
 * @module
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes the folder unless it is there, one level at a time: Node 20's own recursive way does not end where a folder can be
 * neither found nor made, such as in /proc.
 *
 * @throws {Error} Node's own, with its code
 */
export function makeFolder(folder: string): void {
  for (const missing of missingLevels(resolve(folder))) makeLevel(missing);
}

/** What is not there yet, the highest first. */
function missingLevels(folder: string): string[] {
  const missing: string[] = [];
  for (let at = folder; at !== dirname(at) && !existsSync(at); at = dirname(at)) missing.unshift(at);
  return missing;
}

function makeLevel(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have been faster.
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isThere) throw error;
  }
}
