/**
 * Options' texts as values.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";

/** A whole number from an option's text. @throws {UsageError} that names the option */
export function parseIntegerOption(option: string, text: string, least: number, most: number): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, got ${text}`);
}
