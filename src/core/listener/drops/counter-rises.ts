/**
 * By how much a namespace's counters rose between two readings. Pure.
 *
 * @module
 */

/** Counters by the kernel's names; null where this kernel has none of that name. */
type CounterReading = Readonly<Record<string, number | null>>;

/** The rise of each counter that rose. */
export function risesBetween(before: CounterReading, after: CounterReading): Record<string, number> {
  const rises = Object.entries(after).flatMap(([name, value]): [string, number][] => {
    const rise = (value ?? 0) - (before[name] ?? 0);
    return rise > 0 ? [[name, rise]] : [];
  });
  return Object.fromEntries(rises);
}
