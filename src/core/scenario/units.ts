/**
 * Quantities with their units written out: `20ms`, `10s`, `82B`. A bare number is refused, since nobody remembers
 * whether it was seconds.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
};
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KiB: 1024,
  MB: 1e6,
  MiB: 1_048_576,
  GB: 1_000_000_000,
};

/**
 * A duration in milliseconds.
 *
 * @throws {UsageError} when the text is not a number with a unit of time
 * @example parseDuration("1.5s") // 1500
 */
export function parseDuration(text: string): number {
  return parseQuantity(text, DURATION_UNITS_MS, "a duration such as 20ms or 10s");
}

/**
 * A size in bytes.
 *
 * @throws {UsageError} when the text is not a whole number of bytes with a unit
 * @example parseSize("82B") // 82
 */
export function parseSize(text: string): number {
  const bytes = parseQuantity(text, SIZE_UNITS_BYTES, "a size such as 82B or 4kB");
  if (Number.isInteger(bytes)) return bytes;
  throw new UsageError(`expected a whole number of bytes, got ${text}`);
}

/** A duration for people: `"20 ms"`, `"3.05 s"`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${trimZeros(ms.toFixed(ms < 10 ? 1 : 0))} ms`;
  return `${trimZeros((ms / 1000).toFixed(2))} s`;
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text);
  const unit = match?.[2] ?? "";
  // Every object has a "constructor", which is no unit.
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (match === null || factor === undefined) throw new UsageError(`expected ${expected}, got ${text}`);
  const value = Number(match[1]) * factor;
  if (value > Number.MAX_SAFE_INTEGER)
    throw new UsageError(`expected ${expected}, got ${text}, which is too much`);
  return value;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
