/**
 * Timers that are seldom alive when they fire, by the million: those of one length fire in the order in which they were set,
 * so a list for each length does what a heap would, without sorting anything. A timer is a number, so that it is no garbage.
 *
 * @module
 */
import { Fifo } from "../host/fifo.ts";

/** The timers of one length: when each was set, and which it is. */
interface TimerList {
  readonly lengthMs: number;
  readonly setAt: Fifo<number>;
  readonly timers: Fifo<number>;
}

/** A timer that is taken out to fire. */
export interface TakenTimer {
  timer: number;
  /** When it was due, by the length that it was set to. */
  dueMs: number;
}

/** Timers by their length. */
export class TimerLists {
  readonly #lists = new Map<number, TimerList>();
  readonly #firesAtMs: (setAtMs: number, lengthMs: number) => number;
  /** One object for all: it is read before the next one is taken. */
  readonly #taken: TakenTimer = { timer: 0, dueMs: 0 };
  #next: TimerList | null = null;
  #nextMs = Number.POSITIVE_INFINITY;

  /** @param firesAtMs when a timer of a length fires that was set at a moment; later ones of that length not earlier */
  constructor(firesAtMs: (setAtMs: number, lengthMs: number) => number) {
    this.#firesAtMs = firesAtMs;
  }

  /** When the next one fires; Infinity when there is none. */
  get nextMs(): number {
    return this.#nextMs;
  }

  set(lengthMs: number, setAtMs: number, timer: number): void {
    const list = this.#listOf(lengthMs);
    list.setAt.push(setAtMs);
    list.timers.push(timer);
    if (list.timers.length === 1) this.#choose();
  }

  #listOf(lengthMs: number): TimerList {
    const known = this.#lists.get(lengthMs);
    if (known !== undefined) return known;
    const made = { lengthMs, setAt: new Fifo<number>(), timers: new Fifo<number>() };
    this.#lists.set(lengthMs, made);
    return made;
  }

  /** Takes the next one out, which must be there. */
  take(): Readonly<TakenTimer> {
    const list = this.#next as TimerList;
    this.#taken.dueMs = (list.setAt.shift() as number) + list.lengthMs;
    this.#taken.timer = list.timers.shift() as number;
    this.#choose();
    return this.#taken;
  }

  #choose(): void {
    this.#next = null;
    this.#nextMs = Number.POSITIVE_INFINITY;
    for (const list of this.#lists.values()) {
      const setAtMs = list.setAt.first();
      if (setAtMs === undefined) continue;
      const firesAtMs = this.#firesAtMs(setAtMs, list.lengthMs);
      if (firesAtMs >= this.#nextMs) continue;
      this.#next = list;
      this.#nextMs = firesAtMs;
    }
  }
}
