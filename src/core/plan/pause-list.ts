/**
 * Measured pauses as a list that was written down. Pure.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { parseDuration } from "../scenario/units.ts";

/** More would make the arithmetic slow and the answer no better. */
const MOST_PAUSES = 10_000;

/**
 * One pause a line, such as `12.5ms`; `#` begins a remark.
 *
 * @param name of the file, for what is said about a wrong line
 * @returns milliseconds
 * @throws {UsageError} that names the line
 */
export function parsePauseList(text: string, name: string): number[] {
  const pausesMs = text.split("\n").flatMap((line, place) => {
    const word = line.replace(/#.*/, "").trim();
    if (word === "") return [];
    return [pauseOf(word, `${name}, line ${place + 1}`)];
  });
  if (pausesMs.length === 0)
    throw new UsageError(`${name} has no pause: one a line is expected, such as 12.5ms`);
  if (pausesMs.length > MOST_PAUSES)
    throw new UsageError(`${name} has ${pausesMs.length} pauses, at most ${MOST_PAUSES} are taken`);
  return pausesMs;
}

function pauseOf(word: string, where: string): number {
  try {
    const ms = parseDuration(word);
    if (ms > 0) return ms;
  } catch {
    // Said below, with the line.
  }
  throw new UsageError(`${where}: expected a pause such as 12.5ms, got ${word.slice(0, 40)}`);
}
