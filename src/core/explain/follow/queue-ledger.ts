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
import { Histogram } from "./histogram.ts";
import { NEVER, QueueEntry, type Refusal } from "./queue-entry.ts";
import { countUpTo, QueueStanding, timesOf } from "./queue-standing.ts";

const FEWEST_PASSES = 10;
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
  #hasRefused = false;
  /** How many others stood there when a final packet passed, and when one was refused. */
  readonly #passedWhile = new Histogram();
  readonly #refusedWhile = new Histogram();
  #largeAt: number;
  /** Entries that were out of the queue before this moment are gone. */
  #horizon = Number.NEGATIVE_INFINITY;
  /** For U at this moment, by what is known now: how many came, before which of them all are gone, and who is absent. */
  #come = 0;
  #head = 0;
  #absent: number[] = [];
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
    entry.place = this.#come;
    this.#come += 1;
    this.#entries.push(entry);
    return entry;
  }

  /** The connection is proven accepted, and with it those that came before it. */
  prove(entry: QueueEntry, at: number): void {
    entry.provenAt = Math.min(entry.provenAt, at);
    if (entry.place < this.#head) return;
    this.#head = entry.place + 1;
    if (this.#absent.length > 0) this.#absent = this.#absent.filter((place) => place >= this.#head);
  }

  /** Its final packets were refused so far; the next one passes at `passedAt`, or Infinity. */
  setBack(entry: QueueEntry, passedAt: number): void {
    entry.passedAt = passedAt;
    if (!entry.wasRefused && entry.place >= this.#head) this.#absent.push(entry.place);
    entry.wasRefused = true;
  }

  /**
   * The share of pairs of a silent refusal and a pass in which more stood at the pass. A full queue refuses while many stand there
   * and lets in while fewer do, so it is near 0; loss does not ask who stands there, so then it is near a half. 0 if too
   * few passed to tell.
   */
  get disorder(): number {
    return this.#passedWhile.total < FEWEST_PASSES ? 0 : this.#refusedWhile.shareBelow(this.#passedWhile);
  }

  /**
   * U at this moment, by what is known at this moment: whoever passed again after a refusal is not in it. An estimate; what
   * refusals are judged by is counted later.
   */
  get standing(): number {
    return this.#come - this.#head - this.#absent.length;
  }

  /** A final packet that was refused at that moment. */
  refuse(at: number, isSilent: boolean): Refusal {
    const refusal = { at, isSilent, standing: Number.NaN, serving: 0 };
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
    const goneAt = firstInFirstOut(this.#entries, Math.max(LEAST_ORDER_MARGIN_MS, this.orderMarginMs));
    const standing = new QueueStanding(this.#entries, goneAt);
    const due = this.#pending.filter((refusal) => refusal.at < before);
    this.peak = Math.max(this.peak, standing.peak());
    if (due.length > 0) this.#countRefusals(due, standing);
    // Most listeners never refuse anybody, and then there is no order to be looked at.
    this.#hasRefused ||= due.length > 0;
    if (this.#hasRefused) this.#noteOrder(due, this.#settledOnly(standing, goneAt), before);
    this.#pending = this.#pending.filter((refusal) => refusal.at >= before);
    return goneAt;
  }

  #countRefusals(due: readonly Refusal[], standing: QueueStanding): void {
    const answered = timesOf(this.#entries, ({ provenAt }) => provenAt).sort();
    const ended = timesOf(this.#entries, ({ endedAt }) => endedAt).sort();
    for (const refusal of due) {
      refusal.standing = standing.at(refusal.at);
      refusal.serving = countUpTo(answered, refusal.at) - countUpTo(ended, refusal.at);
    }
  }

  /** Whoever may have been refused without a sign is left out, here and at the refusals. */
  #settledOnly(standing: QueueStanding, goneAt: Float64Array): QueueStanding {
    if (this.#entries.every(({ isSettled }) => isSettled)) return standing;
    const entries = this.#entries.filter(({ isSettled }) => isSettled);
    return new QueueStanding(
      entries,
      goneAt.filter((_, place) => this.#entries[place]?.isSettled === true),
    );
  }

  /** Who stood there when a final packet passed, and when one was refused. */
  #noteOrder(due: readonly Refusal[], standing: QueueStanding, before: number): void {
    for (const { at, isSilent } of due) if (isSilent) this.#refusedWhile.add(standing.at(at));
    for (const { isSettled, passedAt } of this.#entries) {
      if (isSettled && passedAt >= this.#horizon && passedAt < before) {
        this.#passedWhile.add(standing.at(passedAt));
      }
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

function ascending(a: number, b: number): number {
  // Infinity - Infinity is NaN, which a sort must not see.
  return a === b ? 0 : a - b;
}
