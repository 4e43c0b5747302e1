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

const NEVER = Number.POSITIVE_INFINITY;

/** A connection at the listener. A time that has not come is Infinity. A class, so that its numbers are kept in place. */
export class QueueEntry {
  /** When its final packet passed; the earliest moment that the packets allow. */
  passedAt: number = NEVER;
  /** When it was proven accepted: the server's first payload or FIN. */
  provenAt: number = NEVER;
  /** When the server was done with it. */
  endedAt: number = NEVER;
  /** When it was out of the queue for certain, by its own proof or a later one's; set once nothing can change it. */
  goneAt: number = NEVER;
  /** Whether `passedAt` is certain: the server has answered as only a child would. */
  isSettled = false;
  /** Whether a final packet of it is known to have been refused. */
  wasRefused = false;

  /** Makes it as new, so that another connection can use it. */
  reset(): void {
    this.passedAt = this.provenAt = this.endedAt = this.goneAt = NEVER;
    this.isSettled = this.wasRefused = false;
  }
}

/** A final packet that was refused. */
export interface Refusal {
  readonly at: number;
  /** U at that moment, the refused connection not counted; NaN until it is counted, or if it is too old for that. */
  standing: number;
  /** How many connections were being answered then. */
  serving: number;
}

/** Few enough to stay in a processor's cache. */
const LARGE = 1024;
/** Connections that come closer together than this may have been queued in the other order. */
const LEAST_ORDER_MARGIN_MS = 1;
/** The first SYN+ACK comes again after 1 s, on very old kernels after 3 s: what is not refused by then has passed. */
const OPEN_MS = 4000;
/** Later ones come up to 32 s after the one before; twice that is certain. */
const OPEN_AFTER_REFUSAL_MS = 70_000;

/** The record of one listener. */
export class QueueLedger {
  /** The largest U that was counted. */
  peak = 0;
  #entries: QueueEntry[] = [];
  /** Entries that nobody holds any more, to be used again. */
  readonly #spare: QueueEntry[] = [];
  readonly #large: number;
  #pending: Refusal[] = [];
  #largeAt: number;
  /** Entries that were out of the queue before this moment are gone. */
  #horizon = Number.NEGATIVE_INFINITY;
  /** The longest round trip seen to the server, which bounds how packets may have overtaken each other. */
  orderMarginMs: number = LEAST_ORDER_MARGIN_MS;

  /** @param large from how many entries on it thins itself out */
  constructor(large: number = LARGE) {
    this.#large = large;
    this.#largeAt = large;
  }

  /** A connection whose final packet was seen. Whoever has set `endedAt` must let go of the entry. */
  add(at: number): QueueEntry {
    if (this.#entries.length >= this.#largeAt) this.#thinOut(at);
    const entry = this.#spare.pop() ?? new QueueEntry();
    entry.passedAt = at;
    this.#entries.push(entry);
    return entry;
  }

  /** A final packet that was refused at that moment. */
  refuse(at: number): Refusal {
    const refusal = { at, standing: Number.NaN, serving: 0 };
    if (at >= this.#horizon) this.#pending.push(refusal);
    return refusal;
  }

  /** Counts what is still uncounted. */
  finish(): void {
    this.#count(NEVER);
  }

  /** Counts what cannot change any more and drops the entries that were out of the queue by then. */
  #thinOut(now: number): void {
    const horizon = this.#entries.reduce((least, entry) => Math.min(least, openSince(entry, now)), now);
    const proofs = this.#count(horizon);
    this.#horizon = horizon;
    const kept: QueueEntry[] = [];
    let place = 0;
    for (const entry of this.#entries) {
      const goneAt = proofs[place++] ?? NEVER;
      if (goneAt <= horizon) entry.goneAt = goneAt;
      if (isOver(entry, horizon)) this.#recycle(entry);
      else kept.push(entry);
    }
    this.#entries = kept;
    this.#largeAt = Math.max(this.#large, kept.length * 2);
  }

  #recycle(entry: QueueEntry): void {
    entry.reset();
    this.#spare.push(entry);
  }

  /** Counts the refusals before a moment, and returns when each entry was out of the queue for certain. */
  #count(before: number): Float64Array {
    this.#entries.sort((a, b) => ascending(a.passedAt, b.passedAt));
    const proofs = firstInFirstOut(this.#entries, Math.max(LEAST_ORDER_MARGIN_MS, this.orderMarginMs));
    const passed = timesOf(this.#entries, ({ passedAt }) => passedAt);
    const proven = proofs.slice().sort();
    this.peak = Math.max(this.peak, peakOf(passed, proven));
    const due = this.#pending.filter((refusal) => refusal.at < before);
    if (due.length > 0) this.#countRefusals(due, passed, proven);
    this.#pending = this.#pending.filter((refusal) => refusal.at >= before);
    return proofs;
  }

  #countRefusals(due: readonly Refusal[], passed: Float64Array, proven: Float64Array): void {
    const answered = timesOf(this.#entries, ({ provenAt }) => provenAt).sort();
    const ended = timesOf(this.#entries, ({ endedAt }) => endedAt).sort();
    for (const refusal of due) {
      refusal.standing = countBelow(passed, refusal.at) - countUpTo(proven, refusal.at);
      refusal.serving = countUpTo(answered, refusal.at) - countUpTo(ended, refusal.at);
    }
  }
}

/** Whether an entry counts neither as standing nor as being answered from a moment on; a refused one never did. */
function isOver({ passedAt, endedAt, goneAt }: QueueEntry, horizon: number): boolean {
  return endedAt <= horizon && (goneAt <= horizon || passedAt === NEVER);
}

/** Since when it may still turn out that an entry's final packets were refused; Infinity if that cannot be. */
function openSince({ isSettled, wasRefused, passedAt }: QueueEntry, now: number): number {
  if (isSettled || now - passedAt > (wasRefused ? OPEN_AFTER_REFUSAL_MS : OPEN_MS)) return NEVER;
  return passedAt;
}

/** One time of each entry, as an array that sorts by value and holds no objects. */
function timesOf(entries: readonly QueueEntry[], pick: (entry: QueueEntry) => number): Float64Array {
  const times = new Float64Array(entries.length);
  let place = 0;
  for (const entry of entries) times[place++] = pick(entry);
  return times;
}

/** The queue is first in, first out: what was queued earlier was accepted before what was queued later. */
function firstInFirstOut(entries: readonly QueueEntry[], marginMs: number): Float64Array {
  const proofs = timesOf(entries, ({ provenAt, goneAt }) => Math.min(provenAt, goneAt));
  let earliest = Number.POSITIVE_INFINITY;
  let later = entries.length - 1;
  for (let place = entries.length - 1; place >= 0; place--) {
    const entry = entries[place];
    if (entry === undefined) continue;
    while (later > place && (entries[later]?.passedAt ?? 0) > entry.passedAt + marginMs) {
      earliest = Math.min(earliest, proofs[later] ?? earliest);
      later -= 1;
    }
    if (Number.isFinite(entry.passedAt))
      proofs[place] = Math.min(proofs[place] ?? NEVER, Math.max(earliest, entry.passedAt));
  }
  return proofs;
}

/** The largest number that had passed and were not proven, over all moments; both lists ascend. */
function peakOf(passed: Float64Array, proven: Float64Array): number {
  let [peak, come, gone] = [0, 0, 0];
  for (const at of passed) {
    if (at === NEVER) break;
    come += 1;
    while ((proven[gone] ?? NEVER) <= at) gone += 1;
    peak = Math.max(peak, come - gone);
  }
  return peak;
}

function ascending(a: number, b: number): number {
  // Infinity - Infinity is NaN, which a sort must not see.
  return a === b ? 0 : a - b;
}

function countBelow(sorted: Float64Array, value: number): number {
  return lowerBound(sorted, (one) => one < value);
}

function countUpTo(sorted: Float64Array, value: number): number {
  return lowerBound(sorted, (one) => one <= value);
}

/** How many of a sorted list come before the first that does not fit. */
function lowerBound(sorted: Float64Array, fits: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(sorted[middle] ?? Number.NaN)) low = middle + 1;
    else high = middle;
  }
  return low;
}
