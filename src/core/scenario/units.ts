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
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** What a duration must look like, for messages. */
export const DURATION_FORM = "a duration such as 20ms or 10s (ns, us, ms, s, m or min, h, d)";
/** What a size must look like, for messages. */
export const SIZE_FORM =
  "a size such as 82B or 4kB (B; kB, MB, GB, TB; KiB, MiB, GiB, TiB, for short K, M, G, T)";

/**
 * A duration in milliseconds.
 *
 * @throws {UsageError} when the text is not a number with a unit of time
 * @example parseDuration("1.5s") // 1500
 */
export function parseDuration(text: string): number {
  return parseQuantity(text, DURATION_UNITS_MS, DURATION_FORM);
}

/**
 * A size in bytes.
 *
 * @throws {UsageError} when the text is not a whole number of bytes with a unit
 * @example parseSize("82B") // 82
 */
export function parseSize(text: string): number {
  const bytes = parseQuantity(text, SIZE_UNITS_BYTES, SIZE_FORM);
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
