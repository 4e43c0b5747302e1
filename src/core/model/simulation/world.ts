/**
 * The clock of a simulation and what is planned on it. Every step takes a moment, so that no two things happen at the
 * same time and a trace has one order only.
 *
 * @module
 */
import type { KernelRules } from "../rules/rules.ts";
import { EventHeap } from "./event-heap.ts";
import { firesAtMs } from "./timer-wheel.ts";

/** How long a step takes: about what a kernel needs for a packet. */
const STEP_MS = 0.001;

/** What timers depend on. */
export interface WorldOptions {
  readonly rules: KernelRules;
  /** Ticks per second. */
  readonly hz: number;
  /** How much later than planned wire, programs and timers are at a moment, as on a busy machine; never without it. */
  readonly lagMs?: ((atMs: number) => number) | undefined;
}

/** Time, and what is planned. */
export class World {
  readonly #heap = new EventHeap<() => void>();
  readonly #options: WorldOptions;
  readonly #afterEvents: () => void;
  /** Timers that fire at the same moment, by that moment. */
  readonly #buckets = new Map<number, (() => void)[]>();
  #nowMs = 0;
  #lastMs = -1;
  #isOver = false;

  /** @param afterEvents is called after each event, and once only after timers of the same moment, which fire in a batch */
  constructor(options: WorldOptions, afterEvents: () => void) {
    this.#options = options;
    this.#afterEvents = afterEvents;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The kernel's own clock, which counts ticks: whatever it times is due at one. */
  get jiffiesMs(): number {
    return Math.floor(this.#nowMs / this.tickMs) * this.tickMs;
  }

  /** The time between two ticks. */
  get tickMs(): number {
    return 1000 / this.#options.hz;
  }

  /** A moment that nothing has happened in yet: now, or a step later. */
  moment(): number {
    // Whole microseconds, so that sums do not drift.
    if (this.#nowMs <= this.#lastMs) this.#nowMs = Math.round((this.#lastMs + STEP_MS) * 1000) / 1000;
    this.#lastMs = this.#nowMs;
    return this.#nowMs;
  }

  /** Plans work for a moment. */
  at(dueMs: number, work: () => void): void {
    this.#heap.push(dueMs, work);
  }

  /** How late everything is now. */
  lagMs(): number {
    return this.#options.lagMs?.(this.#nowMs) ?? 0;
  }

  /** Plans work for when a kernel timer that is set now fires. */
  timer(delayMs: number, work: () => void): void {
    const { rules, hz } = this.#options;
    const dueMs = firesAtMs(this.#nowMs, delayMs, hz, rules.hasCoarseTimerWheel) + this.lagMs();
    const bucket = this.#buckets.get(dueMs);
    if (bucket !== undefined) bucket.push(work);
    else {
      this.#buckets.set(dueMs, [work]);
      this.#heap.push(dueMs, () => this.#fireBucket(dueMs));
    }
  }

  /**
   * In a bucket of the wheel the timer that was set last stands first; the older wheel appended.
   *
   * @kernel kernel/time/timer.c enqueue_timer() v6.18
   * @kernel kernel/timer.c internal_add_timer() v3.10
   */
  #fireBucket(dueMs: number): void {
    const bucket = this.#buckets.get(dueMs) ?? [];
    this.#buckets.delete(dueMs);
    if (this.#options.rules.hasCoarseTimerWheel) bucket.reverse();
    for (const work of bucket) work();
  }

  /** Ends the run after the event that is under way. */
  end(): void {
    this.#isOver = true;
  }

  /** Lets everything happen up to a moment, or until end() is called. */
  run(untilMs: number): void {
    while (!this.#isOver && this.#heap.nextTime <= untilMs) {
      this.#nowMs = Math.max(this.#heap.nextTime, this.#nowMs);
      this.#heap.pop()?.();
      this.#afterEvents();
    }
  }
}
