/**
 * Timers that are seldom alive when they fire, by the million: those of one length fire in the order in which they were set,
 * so a list for each length does what a heap would, without sorting anything.
 *
 * @module
 */
import { Fifo } from "../fifo.ts";

interface Entry<T> {
  readonly atMs: number;
  readonly timer: T;
}

/** Timers by their length. */
export class TimerLists<T> {
  readonly #lists = new Map<number, Fifo<Entry<T>>>();
  #next: Fifo<Entry<T>> | null = null;
  #nextMs = Number.POSITIVE_INFINITY;

  /** When the next one fires; Infinity when there is none. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Sets a timer of a length; it fires at a moment not before that of the last one of this length. */
  add(lengthMs: number, atMs: number, timer: T): void {
    let list = this.#lists.get(lengthMs);
    if (list === undefined) {
      list = new Fifo();
      this.#lists.set(lengthMs, list);
    }
    list.push({ atMs, timer });
    if (atMs < this.#nextMs) this.#choose();
  }

  /** Takes the next one out. */
  take(): T | undefined {
    const entry = this.#next?.shift();
    this.#choose();
    return entry?.timer;
  }

  #choose(): void {
    this.#next = null;
    this.#nextMs = Number.POSITIVE_INFINITY;
    for (const list of this.#lists.values()) {
      const first = list.first();
      if (first === undefined || first.atMs >= this.#nextMs) continue;
      this.#next = list;
      this.#nextMs = first.atMs;
    }
  }
}
