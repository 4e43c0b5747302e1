/**
 * A duration in an option, with the option's name in what is said about a wrong one.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { DURATION_FORM, formatDuration, parseDuration } from "../../../core/scenario/units.ts";

/** Node's timers ring at once beyond 31 bits of milliseconds, about 24 days. */
const MOST_MS = 2_147_483_647;

/**
 * Milliseconds from an option's text.
 *
 * @throws {UsageError} that names the option
 * @example parseDurationOption("--hold", "10s") // 10000
 */
export function parseDurationOption(option: string, text: string, leastMs = 0): number {
  const ms = durationOf(option, text);
  if (ms < leastMs)
    throw new UsageError(`${option} must be at least ${formatDuration(leastMs)}, got ${shownWord(text)}`);
  if (ms > MOST_MS) throw new UsageError(`${option} must be at most 24 days (576h), got ${shownWord(text)}`);
  return ms;
}

function durationOf(option: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`${option} must be ${DURATION_FORM}, got ${shownWord(text)}`, { cause: error });
  }
}
