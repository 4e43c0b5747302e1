/**
 * The counters of a simulated host over a run: read after every event, kept where one of them rose.
 *
 * @module
 */
import type { CounterReading } from "../../trace/index.ts";

/** Grows with the run. */
export class CounterHistory {
  readonly #readings: CounterReading[] = [];

  /** In order of time. */
  get readings(): readonly CounterReading[] {
    return this.#readings;
  }

  /** Looks at the counters as they are now; the values are kept as they are given. */
  read(at: number, values: Readonly<Record<string, number>>): void {
    const last = this.#readings.at(-1)?.values;
    if (last !== undefined && Object.keys(values).every((name) => last[name] === values[name])) return;
    this.#readings.push({ at, values });
  }
}
