/**
 * The counters of one network namespace that the listening socket and its requests touch, as the model counts them.
 *
 * @module
 */
import { LISTENER_COUNTERS } from "../../wire/counter-names.ts";

/** The name of a counter. */
export type CounterName = (typeof LISTENER_COUNTERS)[number];

/** All of them; mutable, since an event counts. */
export type Counters = Record<CounterName, number>;

export function zeroCounters(): Counters {
  return Object.fromEntries(LISTENER_COUNTERS.map((name) => [name, 0])) as Counters;
}
