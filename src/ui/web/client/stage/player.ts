/**
 * Plays a run: where it is, how fast it goes, and a frame loop that runs only while it plays.
 *
 * @module
 */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { nextStep, type Pace, paceOf, type Stage, stepBefore } from "../../../../core/stage/index.ts";

/** How many times as fast as the pace of the run. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** The end is not reached by adding fractions. */
const EPSILON_MS = 1e-6;
/** A tab that was hidden goes on where it was. */
const LONGEST_FRAME_MS = 100;

/** One run, or several beside each other, that are watched together. */
export class Player {
  readonly stages: readonly Stage[];
  readonly pace: Pace;
  /** In show time. */
  readonly shown: Signal<number> = signal(0);
  readonly isPlaying: Signal<boolean> = signal(false);
  readonly speed: Signal<number> = signal(1);
  /** In the run's time. */
  readonly at: ReadonlySignal<number> = computed(() => this.pace.toRun(this.shown.value));
  readonly isAtEnd: ReadonlySignal<boolean> = computed(
    () => this.shown.value >= this.pace.endMs - EPSILON_MS,
  );
  readonly #whole: Stage;
  #frame = 0;
  #lastMs = 0;

  constructor(stages: readonly Stage[], speed: number) {
    this.stages = stages;
    this.#whole = together(stages);
    this.pace = paceOf(this.#whole);
    this.speed.value = speed;
  }

  get endMs(): number {
    return this.#whole.endMs;
  }

  /** From the beginning where it is at its end. */
  play(): void {
    if (this.isPlaying.value) return;
    if (this.isAtEnd.value) this.shown.value = 0;
    this.isPlaying.value = true;
    this.#lastMs = performance.now();
    this.#frame = requestAnimationFrame(this.#next);
  }

  pause(): void {
    this.isPlaying.value = false;
    cancelAnimationFrame(this.#frame);
  }

  toggle(): void {
    if (this.isPlaying.value) this.pause();
    else this.play();
  }

  /** In show time. */
  seek(shownMs: number): void {
    this.pause();
    this.shown.value = Math.min(this.pace.endMs, Math.max(0, shownMs));
  }

  seekRun(at: number): void {
    this.seek(this.pace.toShow(at));
  }

  /** To the next thing that happens. */
  stepOn(): void {
    this.seekRun(nextStep(this.#whole, this.at.value + EPSILON_MS));
  }

  stepBack(): void {
    this.seekRun(stepBefore(this.#whole, this.at.value - EPSILON_MS));
  }

  readonly #next = (nowMs: number): void => {
    const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, nowMs - this.#lastMs));
    this.#lastMs = nowMs;
    this.shown.value = Math.min(this.pace.endMs, this.shown.value + passed * this.speed.value);
    if (this.isAtEnd.value) this.pause();
    else this.#frame = requestAnimationFrame(this.#next);
  };
}

function together(stages: readonly Stage[]): Stage {
  const byTime = (one: { readonly at: number }, other: { readonly at: number }) => one.at - other.at;
  return {
    title: "",
    moments: [],
    longestFlightMs: Math.max(0, ...stages.map((one) => one.longestFlightMs)),
    endMs: Math.max(0, ...stages.map(({ endMs }) => endMs)),
    packets: stages.flatMap(({ packets }) => packets).sort(byTime),
    story: stages.flatMap(({ story }) => story).sort(byTime),
  };
}

/** Whether this person wants nothing to move by itself. */
export function prefersStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
