/**
 * Options' texts as values.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { parseSize, SIZE_FORM } from "../../../core/scenario/units.ts";

/** Bytes from an option's text. @throws {UsageError} that names the option */
export function parseSizeOption(option: string, text: string): number {
  try {
    return parseSize(text);
  } catch (error) {
    throw new UsageError(`${option} must be ${SIZE_FORM}, got ${shownWord(text)}`, { cause: error });
  }
}

/** A whole number from an option's text. @throws {UsageError} that names the option */
export function parseIntegerOption(option: string, text: string, least: number, most: number): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, got ${shownWord(text)}`);
}
