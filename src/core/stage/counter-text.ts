/**
 * What a person who asks `nstat` at a moment would see: the counters that a full queue raises, and all others that rise in the run.
 *
 * @module
 */
import { type CounterReading, counterRise, type Trace } from "../trace/index.ts";
import { nstatName } from "../wire/counter-names.ts";

/** A run's counters. */
export interface CountedRun {
  readonly trace: Trace;
  /** Null where they were read at the start and the end alone, as on a kernel. */
  readonly readings: readonly CounterReading[] | null;
}

/** Shown also where they stand still. */
const ALWAYS = ["ListenOverflows", "ListenDrops"];
const NAME_COLUMNS = 32;
const VALUE_COLUMNS = 16;

/** The command, and what it prints at a time; said in words where nobody looked. */
export function nstatText({ trace, readings }: CountedRun, at: number, isAtEnd: boolean): string {
  const { before, after } = trace.counters;
  if (readings === null && !isAtEnd) return "nstat: this run's counters were read at its end";
  const rising = Object.keys(after).filter((name) => (counterRise(trace, name) ?? 0) > 0);
  const names = [...ALWAYS, ...rising.filter((name) => !ALWAYS.includes(name))];
  const values = isAtEnd ? after : (readings?.findLast((one) => one.at <= at)?.values ?? before);
  const rows = names.map((name) => {
    const value = values[name];
    const known = value === null || value === undefined ? "unknown" : String(value - (before[name] ?? 0));
    return `${nstatName(name).padEnd(NAME_COLUMNS)}${known.padEnd(VALUE_COLUMNS)}0.0`;
  });
  return `$ nstat -az ${names.map(nstatName).join(" ")}\n#kernel\n${rows.join("\n")}`;
}
