/**
 * What happens when: a run's clock and its appointments, kept by one timerfd. Appointments for the same moment are
 * kept in the order in which they were made, so packets with the same delay stay in order.
 *
 * @module
 */
import { monotonicTimeNs } from "../../linux/process/clock.ts";
import { Timer } from "../../linux/process/timer.ts";

interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly work: () => void;
}

/** The appointments of one run. Times are milliseconds since it was started. */
export class Agenda {
  #originNs: bigint = monotonicTimeNs();
  readonly #heap: Appointment[] = [];
  readonly #timer: Timer = new Timer(() => this.#ring());
  readonly #onError: (error: unknown) => void;
  #nextOrder = 0;
  #isStarted = false;
  #isClosed = false;

  /** @param onError is given what an appointment throws; nobody else could catch it */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Sets the clock to 0. Appointments that were made before are kept from now on. */
  start(): void {
    this.#originNs = monotonicTimeNs();
    this.#isStarted = true;
    this.#setAlarm(this.#heap[0]?.atMs ?? 0);
  }

  /** Milliseconds since the start, to the nanosecond. */
  now(): number {
    return this.sinceStart(monotonicTimeNs());
  }

  /** An instant of the monotonic clock as milliseconds since the start. */
  sinceStart(instantNs: bigint): number {
    return Number(instantNs - this.#originNs) / 1e6;
  }

  /** Makes an appointment; one in the past is kept at once, but not before the caller returns. */
  at(atMs: number, work: () => void): void {
    if (this.#isClosed) return;
    this.#push({ atMs, order: this.#nextOrder++, work });
    if (this.#isStarted && this.#heap[0]?.work === work) this.#setAlarm(atMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#heap.length = 0;
    this.#timer.close();
  }

  #setAlarm(atMs: number): void {
    this.#timer.set(this.#originNs + BigInt(Math.round(atMs * 1e6)));
  }

  #ring(): void {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || this.#isClosed) return;
      if (next.atMs > this.now()) {
        this.#setAlarm(next.atMs);
        return;
      }
      this.#pop();
      try {
        next.work();
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let place = heap.push(appointment) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#swapIfEarlier(place, parent)) return;
      place = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ; ) {
      const child = this.#earlierChild(place);
      if (child >= heap.length || !this.#swapIfEarlier(child, place)) return;
      place = child;
    }
  }

  #earlierChild(place: number): number {
    const [left, right] = [2 * place + 1, 2 * place + 2];
    return right < this.#heap.length && this.#isEarlier(right, left) ? right : left;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    if (!this.#isEarlier(child, parent)) return false;
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }

  #isEarlier(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }
}
