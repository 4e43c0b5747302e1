/**
 * What the namespace's ListenOverflows was at each moment of the last two minutes, so that of a victim it can be said how
 * many packets a full accept queue refused since it began. Pure: readings come in with their time in milliseconds.
 *
 * @module
 */

/** A client gives up after about two minutes. */
const KEPT_MS = 130_000;

/** Readings, oldest first. */
export class OverflowHistory {
  readonly #readings: { readonly at: number; readonly value: number }[] = [];

  /** A reading, no earlier than the one before. */
  add(at: number, value: number): void {
    this.#readings.push({ at, value });
    while ((this.#readings[0]?.at ?? at) < at - KEPT_MS) this.#readings.shift();
  }

  /** By how much it rose since the last reading before a moment, or since the first one; null without any. */
  riseSince(at: number): number | null {
    const before = this.#readings.findLast((reading) => reading.at <= at) ?? this.#readings[0];
    const last = this.#readings.at(-1);
    return before === undefined || last === undefined ? null : last.value - before.value;
  }
}
