/**
 * Held against the namespace's own counter: PassiveOpens rises with each child socket that a listener of the namespace gets, right
 * before it enters the accept queue. Events that were given to the namespace and are not in the counter are another namespace's; what
 * is in the counter and in no event was not heard. Pure.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_create_openreq_child() v6.18
 * @module
 */

/** What the events of an interval are worth for a namespace's listeners. */
export type EntryVerdict =
  /** The counter agrees. */
  | "counted"
  /** Some may be another namespace's: the numbers are the most that it can be. */
  | "at-most"
  /** The counter rose by more than was heard, or cannot be read: nothing is bounded. */
  | "unheard";

interface Reading {
  /** Entries that were heard before and after the counter was read: it was read while they went on. */
  readonly before: number;
  readonly after: number;
  readonly passiveOpens: number | null;
}

/** One namespace. */
export class EntryBalance {
  #last: Reading | null = null;

  /** The counter was read, between two moments; what the entries since the reading before are worth, null at the first one. */
  read(reading: Reading): EntryVerdict | null {
    const last = this.#last;
    this.#last = reading;
    if (last === null) return null;
    if (last.passiveOpens === null || reading.passiveOpens === null) return "unheard";
    const rise = reading.passiveOpens - last.passiveOpens;
    if (rise > reading.after - last.before) return "unheard";
    return rise < reading.before - last.after ? "at-most" : "counted";
  }
}
