/**
 * How many connections stood at a listener at any moment: U(t), those whose final packet had passed and of which nothing
 * proves yet that they were accepted. accept() and read() put no packet on the wire, so U is the waiting ones plus those
 * that were accepted and are still unanswered: never fewer than were in the accept queue.
 *
 * What is true of a moment is known only later (a SYN+ACK that comes again proves that earlier packets were refused), so
 * times are noted first and counted afterwards.
 *
 * @module
 */

/** A connection at the listener. A time that has not come is Infinity. */
export interface QueueEntry {
  /** When its final packet passed; the earliest moment that the packets allow. */
  passedAt: number;
  /** When it was proven accepted: the server's first payload or FIN. */
  provenAt: number;
  /** When the server was done with it. */
  endedAt: number;
}

/** A final packet that was refused. */
export interface Refusal {
  readonly at: number;
  /** U at that moment, the refused connection not counted; NaN until it is counted. */
  standing: number;
  /** How many connections were being answered then. */
  serving: number;
}

/** From this many entries on it asks to be thinned out. */
const LARGE = 32_768;
/** Connections that come closer together than this may have been queued in the other order. */
const LEAST_ORDER_MARGIN_MS = 1;

/** The record of one listener. */
export class QueueLedger {
  /** The largest U that was counted. */
  peak = 0;
  #entries: QueueEntry[] = [];
  #pending: Refusal[] = [];
  #largeAt = LARGE;
  /** The longest round trip seen to the server, which bounds how packets may have overtaken each other. */
  orderMarginMs: number = LEAST_ORDER_MARGIN_MS;

  /** A connection whose final packet was seen. */
  add(at: number): QueueEntry {
    const never = Number.POSITIVE_INFINITY;
    const entry = { passedAt: at, provenAt: never, endedAt: never };
    this.#entries.push(entry);
    return entry;
  }

  /** A final packet that was refused at that moment. */
  refuse(at: number): Refusal {
    const refusal = { at, standing: Number.NaN, serving: 0 };
    this.#pending.push(refusal);
    return refusal;
  }

  /** Whether it has grown since it was last compacted. */
  get isLarge(): boolean {
    return this.#entries.length >= this.#largeAt;
  }

  /** Counts the refusals before a moment and drops the entries that were out of the queue by then. */
  compact(horizon: number): void {
    const proofs = this.#count(horizon);
    this.#entries = this.#entries.filter((_, place) => (proofs[place] ?? Number.POSITIVE_INFINITY) > horizon);
    this.#largeAt = Math.max(LARGE, this.#entries.length * 2);
  }

  /** Counts what is still uncounted. */
  finish(): void {
    this.#count(Number.POSITIVE_INFINITY);
  }

  /** Counts the refusals before a moment, and returns when each entry was out of the queue for certain. */
  #count(before: number): number[] {
    this.#entries.sort((a, b) => ascending(a.passedAt, b.passedAt));
    const proofs = firstInFirstOut(this.#entries, Math.max(LEAST_ORDER_MARGIN_MS, this.orderMarginMs));
    const passed = this.#entries.map((entry) => entry.passedAt);
    const proven = [...proofs].sort(ascending);
    const answered = this.#entries.map((entry) => entry.provenAt).sort(ascending);
    const ended = this.#entries.map((entry) => entry.endedAt).sort(ascending);
    for (const refusal of this.#pending) {
      if (refusal.at >= before) continue;
      refusal.standing = countBelow(passed, refusal.at) - countUpTo(proven, refusal.at);
      refusal.serving = countUpTo(answered, refusal.at) - countUpTo(ended, refusal.at);
    }
    this.#pending = this.#pending.filter((refusal) => refusal.at >= before);
    this.peak = Math.max(this.peak, peakOf(passed, proven));
    return proofs;
  }
}

/** The queue is first in, first out: what was queued earlier was accepted before what was queued later. */
function firstInFirstOut(entries: readonly QueueEntry[], marginMs: number): number[] {
  const proofs = entries.map((entry) => entry.provenAt);
  let earliest = Number.POSITIVE_INFINITY;
  let later = entries.length - 1;
  for (let place = entries.length - 1; place >= 0; place--) {
    const entry = entries[place];
    if (entry === undefined) continue;
    while (later > place && (entries[later]?.passedAt ?? 0) > entry.passedAt + marginMs) {
      earliest = Math.min(earliest, entries[later]?.provenAt ?? earliest);
      later -= 1;
    }
    if (Number.isFinite(entry.passedAt))
      proofs[place] = Math.min(entry.provenAt, Math.max(earliest, entry.passedAt));
  }
  return proofs;
}

/** The largest number that had passed and were not proven, over all moments; both lists ascend. */
function peakOf(passed: readonly number[], proven: readonly number[]): number {
  let [peak, gone] = [0, 0];
  for (const [place, at] of passed.entries()) {
    if (!Number.isFinite(at)) break;
    while ((proven[gone] ?? Number.POSITIVE_INFINITY) <= at) gone += 1;
    peak = Math.max(peak, place + 1 - gone);
  }
  return peak;
}

function ascending(a: number, b: number): number {
  // Infinity - Infinity is NaN, which a sort must not see.
  return a === b ? 0 : a - b;
}

function countBelow(sorted: readonly number[], value: number): number {
  return lowerBound(sorted, (one) => one < value);
}

function countUpTo(sorted: readonly number[], value: number): number {
  return lowerBound(sorted, (one) => one <= value);
}

/** How many of a sorted list come before the first that does not fit. */
function lowerBound(sorted: readonly number[], fits: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(sorted[middle] ?? Number.NaN)) low = middle + 1;
    else high = middle;
  }
  return low;
}
