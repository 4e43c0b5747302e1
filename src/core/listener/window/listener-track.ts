/**
 * One listener over consecutive samples: how long its queues were, how long it stood full, what was refused. Pure.
 *
 * @module
 */
import { DROP_CAUSES, type DropCause, type ListenerWindow } from "../facts.ts";
import type { ListenerSample, Sample } from "../sample/sample.ts";
import { WindowEntryTrack } from "./window-entry-track.ts";

/** What surrounds the newest interval of a listener. */
export interface TrackedInterval {
  readonly sample: Sample;
  /** Refused packets of its namespace by cause. */
  readonly causes: Readonly<Record<DropCause, number>>;
  /** True for the first sample of another run of the recorder: it begins an interval and ends none. */
  readonly isNewRun: boolean;
}

type Shares = Record<DropCause, { own: number; shared: number }>;

/** Collects. The window is empty until the second sample. */
export class ListenerTrack {
  readonly #first: ListenerSample;
  #last: ListenerSample;
  #durationMs = 0;
  #looks = 0;
  #longestGapMs = 0;
  #lengthLeast = Number.POSITIVE_INFINITY;
  #lengthMost = 0;
  #hasFallen = false;
  #fullMs = 0;
  readonly #entries = new WindowEntryTrack();
  #synLengthMost: number | null = null;
  #dropsRise = 0;
  readonly #refused: Shares = {
    "accept-queue-full": { own: 0, shared: 0 },
    "syn-queue-full": { own: 0, shared: 0 },
    other: { own: 0, shared: 0 },
  };

  /** Where its window begins. */
  constructor(first: ListenerSample) {
    this.#first = first;
    this.#last = first;
  }

  /** As the last sample has it. */
  get last(): ListenerSample {
    return this.#last;
  }

  /** How far its raw drop counter rose. */
  get dropsRise(): number {
    return this.#dropsRise;
  }

  /** The next sample. */
  add(listener: ListenerSample, interval: TrackedInterval): void {
    if (!interval.isNewRun) this.#addInterval(listener, interval);
    this.#last = listener;
  }

  /** What was seen; null before the second sample. */
  window(): Omit<ListenerWindow, "counters" | "othersDropping"> | null {
    if (this.#durationMs === 0) return null;
    const dropsRise = this.#last.drops === null ? null : this.#dropsRise;
    return {
      durationMs: this.#durationMs,
      looks: this.#looks,
      longestGapMs: this.#longestGapMs,
      lengthLeast: this.#lengthLeast,
      lengthMost: this.#lengthMost,
      lengthFirst: this.#first.acceptQueue.length,
      lengthLast: this.#last.acceptQueue.length,
      hasFallen: this.#hasFallen,
      fullMs: this.#fullMs,
      entries: this.#entries.facts(),
      synLengthMost: this.#synLengthMost,
      dropsRise,
      refused: copyOf(this.#refused),
    };
  }

  #addInterval(listener: ListenerSample, { sample, causes }: TrackedInterval): void {
    const { all, watched } = sample.coverage;
    const rate = listener.watched ? watched : all;
    const synLength = listener.synQueue.length;
    this.#durationMs += sample.intervalMs;
    this.#looks += rate.looks;
    this.#longestGapMs = Math.max(this.#longestGapMs, rate.longestGapMs ?? sample.intervalMs);
    this.#lengthLeast = Math.min(this.#lengthLeast, listener.intervalLeast);
    this.#lengthMost = Math.max(this.#lengthMost, listener.intervalPeak);
    this.#hasFallen ||= hasFallen(this.#last, listener);
    this.#fullMs += Math.max(0, listener.fullMs - this.#last.fullMs);
    if (synLength !== null) this.#synLengthMost = Math.max(this.#synLengthMost ?? 0, synLength);
    this.#entries.add(this.#last, listener);
    this.#dropsRise += listener.rise?.raw ?? 0;
    this.#addRefused(listener, causes);
  }

  /** As the sampler divided them. Where it could not tell the cause, they are of the causes that the namespace had. */
  #addRefused({ refusals, refusedBy, rise }: ListenerSample, causes: TrackedInterval["causes"]): void {
    const kind = rise === null || rise.refused.exact ? "own" : "shared";
    let unclear = refusals.value - this.#last.refusals.value;
    for (const cause of DROP_CAUSES) {
      const ofCause = Math.max(0, refusedBy[cause] - this.#last.refusedBy[cause]);
      this.#refused[cause][kind] += ofCause;
      unclear -= ofCause;
    }
    if (unclear > 0) this.#addUnclear(unclear, rise?.candidates ?? DROP_CAUSES, causes);
  }

  /** Whole numbers in proportion to what the namespace refused for each cause. */
  #addUnclear(count: number, candidates: readonly DropCause[], causes: TrackedInterval["causes"]): void {
    let [left, weight] = [count, candidates.reduce((sum, cause) => sum + causes[cause], 0)];
    for (const cause of candidates) {
      const share = weight === 0 ? 0 : Math.round((left * causes[cause]) / weight);
      this.#refused[cause].shared += share;
      left -= share;
      weight -= causes[cause];
    }
    const last = candidates.at(-1);
    if (left > 0 && last !== undefined) this.#refused[last].shared += left;
  }
}

function copyOf(shares: Shares): Shares {
  return {
    "accept-queue-full": { ...shares["accept-queue-full"] },
    "syn-queue-full": { ...shares["syn-queue-full"] },
    other: { ...shares.other },
  };
}

/** Whether a queue was shorter at a look of the newest interval than at an earlier one. */
function hasFallen(
  before: ListenerSample,
  { intervalLeast, intervalPeak, acceptQueue }: ListenerSample,
): boolean {
  return intervalLeast < before.acceptQueue.length || acceptQueue.length < intervalPeak;
}
