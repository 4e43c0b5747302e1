/**
 * A rate in an option: so many a second, minute or hour.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { shownWord } from "../../core/report/layout/printable.ts";

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600 };

/**
 * How many a second.
 *
 * @throws {UsageError} that names the option
 * @example parseRateOption("--rate", "120/min") // 2
 */
export function parseRateOption(option: string, text: string): number {
  const [, count, , unit] = /^(\d+(\.\d+)?)\/(s|min|m|h)$/.exec(text) ?? [];
  const rate = Number(count) / (SECONDS[unit ?? ""] ?? Number.NaN);
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw new UsageError(`${option} must be a rate such as 2000/s or 120/min, got ${shownWord(text)}`);
}

/**
 * A share from a percentage.
 *
 * @throws {UsageError} that names the option
 * @example parseShareOption("--share", "99.9%") // 0.999
 */
export function parseShareOption(option: string, text: string): number {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  const share = Number(percent) / 100;
  if (share > 0 && share < 1) return share;
  throw new UsageError(`${option} must be a percentage such as 99.9%, got ${shownWord(text)}`);
}
