/**
 * What is remembered of one listener between looks: peaks, time at capacity, drops. Pure: looks come in with their time, in
 * milliseconds of a clock that does not go backwards. Who is asked when is decided elsewhere (`listener-sampler.ts`).
 *
 * @module
 */
import { type Attribution, joinRises } from "../drops/drop-causes.ts";
import { EntryTrack } from "../entries/entry-track.ts";
import type { AcceptQueue } from "../facts.ts";
import { groupKey, type ListenerIdentity } from "./listener-identity.ts";
import { PeakWindow } from "./peak-window.ts";
import type { DropCause, DropKind, DropRise, QueuePeak } from "./sample.ts";

/** The kernel keeps drops in 32 bits. */
const DROPS_MODULUS = 2 ** 32;

/**
 * Two looks further apart than this say nothing about the time between them: the machine slept, or this process stood
 * still.
 */
export const BLIND_MS = 10_000;

const NOTHING_REFUSED = { "accept-queue-full": 0, "syn-queue-full": 0, other: 0 } as const;
const NO_REFUSALS = { value: 0, exact: true } as const;
const NOTHING_DROPPED = { ...NOTHING_REFUSED, "by-requests": 0, shared: 0 } as const;

/** One listener. */
export class ListenerState {
  readonly identity: ListenerIdentity;
  /** The cookie as samples have it. */
  readonly cookieText: string;
  /** Equal for the members of a SO_REUSEPORT group. */
  readonly group: string;
  /** Those that are bound to the same, this one included. */
  members: { count: number } = { count: 1 };
  length = 0;
  limit = 0;
  drops: number | null = null;
  /** Rise of `drops` since the start, across an overflow of its 32 bits. */
  dropsSinceStart = 0;
  fullMs = 0;
  /** By how much the queue became shorter from look to look: at least so many connections were accepted. */
  takenSeen = 0;
  synLength: number | null = null;
  synAt: number | null = null;
  /** When the queue was last not empty, or something was dropped; null if never. */
  lastActiveAt: number | null = null;
  /** Dumps in a row in which it was missing. */
  missing = 0;
  /** The number of the last dump that had it; a set of those seen would be filled anew ten times a second. */
  seenInDump = 0;
  isWatched = false;
  /** Samples hold these sums themselves: each change is a new object, and idle listeners share theirs. */
  refusedBy: Readonly<Record<DropCause, number>> = NOTHING_REFUSED;
  refusals: { readonly value: number; readonly exact: boolean } = NO_REFUSALS;
  dropsBy: Readonly<Record<DropKind, number>> = NOTHING_DROPPED;
  /** The rise since the previous sample, of intervals that are closed. */
  rise: DropRise | null = null;
  /** Rise of `drops` that is not yet explained, as of the last reading of the counters. */
  pendingRaw = 0;
  /** The same since that reading, which may not have counted it: it belongs to the next interval. */
  lateRaw = 0;
  /** True if a look since the previous sample saw the queue at its capacity. */
  sawFull = false;
  /** True if a look since the counters were last explained saw it so. */
  sawFullSinceSettled = false;
  /** The longest since the previous sample. */
  intervalPeak = 0;
  /** The shortest since the previous sample; infinite until there was a look. */
  intervalLeast: number = Number.POSITIVE_INFINITY;
  #told: AcceptQueue | null = null;
  /** What the kernel told of connections that entered, where somebody listens to it. */
  readonly entries: EntryTrack = new EntryTrack();
  readonly #peaks = new PeakWindow();
  readonly #synPeaks = new PeakWindow();
  #lookedAt: number | null = null;

  /** `bornAfterStart` says that all its drops happened under our eyes. */
  constructor(identity: ListenerIdentity, bornAfterStart: boolean) {
    this.identity = identity;
    this.cookieText = identity.cookie.toString(16);
    this.group = groupKey(identity);
    if (bornAfterStart) this.drops = 0;
  }

  /** One more than the limit fits. */
  get capacity(): number {
    return this.limit + 1;
  }

  /** The same object until its length or limit changes. */
  get acceptQueue(): AcceptQueue {
    const { length, limit, capacity } = this;
    if (this.#told?.length !== length || this.#told.limit !== limit) this.#told = { length, limit, capacity };
    return this.#told;
  }

  /** Takes in a look; returns how far the raw drop counter rose. */
  look(at: number, length: number, limit: number, drops: number | null): number {
    this.entries.looked(length);
    if (length === 0 && this.#isAsIdle(limit, drops)) return this.#lookIdle(at);
    this.#addFullTime(at, length >= limit + 1);
    if (length < this.length) this.takenSeen += this.length - length;
    this.length = length;
    this.limit = limit;
    this.missing = 0;
    this.#lookedAt = at;
    const raw = this.#addDrops(drops);
    if (length > this.intervalPeak) this.intervalPeak = length;
    if (length < this.intervalLeast) this.intervalLeast = length;
    if (length > 0) this.#peaks.add({ length, at, by: "seen" });
    if (length > 0 || raw > 0) this.lastActiveAt = at;
    if (length >= this.capacity) {
      this.sawFull = true;
      this.sawFullSinceSettled = true;
    }
    return raw;
  }

  /** Nobody waited at the last look and nothing was dropped since: nearly every look at nearly every listener. */
  #isAsIdle(limit: number, drops: number | null): boolean {
    return this.length === 0 && this.#lookedAt !== null && limit === this.limit && drops === this.drops;
  }

  #lookIdle(at: number): number {
    this.missing = 0;
    this.#lookedAt = at;
    return 0;
  }

  /** A connection entered its queue, or that of another one that is bound to the same. */
  enter(at: number, isShared: boolean): void {
    this.entries.enter(isShared);
    this.lastActiveAt = at;
  }

  /** Takes in a count of requests. */
  lookAtRequests(at: number, length: number | null): void {
    this.synLength = length;
    this.synAt = at;
    if (length !== null && length > 0) this.#synPeaks.add({ length, at, by: "seen" });
  }

  /** The counters were read: what rose until then they have counted. */
  countersRead(): void {
    this.pendingRaw += this.lateRaw;
    this.lateRaw = 0;
  }

  /** An interval is closed: what of it is this listener's. An overflow that no look saw is a peak all the same. */
  settle(at: number, { rise, refusedBy }: Attribution): void {
    this.rise = joinRises(this.rise, rise);
    const kind = kindOf(rise);
    this.dropsBy = { ...this.dropsBy, [kind]: this.dropsBy[kind] + rise.raw };
    this.pendingRaw = 0;
    this.sawFullSinceSettled = this.length >= this.capacity;
    this.refusals = {
      value: this.refusals.value + rise.refused.value,
      exact: this.refusals.exact && rise.refused.exact,
    };
    this.refusedBy = sumOf(this.refusedBy, refusedBy);
    if (!wasFull(rise)) return;
    this.#peaks.add({ length: this.capacity, at, by: "drops" });
    this.intervalPeak = Math.max(this.intervalPeak, this.capacity);
  }

  /** Forgets what belongs to the sample that was just given. */
  startInterval(): void {
    this.rise = null;
    this.sawFull = this.length >= this.capacity;
    this.intervalPeak = this.length;
    this.intervalLeast = this.length;
    this.entries.startInterval();
  }

  /** The longest of the last 60 s. */
  peak(at: number): QueuePeak {
    return this.#peaks.highest(at) ?? { length: 0, at, by: "seen" };
  }

  /** The longest SYN queue of the last 60 s; null while none is known. */
  synPeak(at: number): number | null {
    return this.#synPeaks.highest(at)?.length ?? (this.synLength === null ? null : 0);
  }

  /** Between two looks that both saw it full it counts as full; if only one did, half of the time. */
  #addFullTime(at: number, isFull: boolean): void {
    if (this.#lookedAt === null) return;
    const gapMs = at - this.#lookedAt;
    const ends = (isFull ? 1 : 0) + (this.length >= this.capacity ? 1 : 0);
    if (gapMs <= BLIND_MS) this.fullMs += (gapMs * ends) / 2;
  }

  #addDrops(drops: number | null): number {
    const before = this.drops;
    this.drops = drops;
    if (before === null || drops === null) return 0;
    const raw = (drops - before + DROPS_MODULUS) % DROPS_MODULUS;
    this.dropsSinceStart += raw;
    this.lateRaw += raw;
    return raw;
  }
}

/** A rise without any refusal counted is packets that a waiting request ate. */
function kindOf({ cause, candidates }: DropRise): DropKind {
  if (cause !== null) return cause;
  return candidates.length === 0 ? "by-requests" : "shared";
}

function sumOf(
  one: Readonly<Record<DropCause, number>>,
  other: Attribution["refusedBy"],
): Record<DropCause, number> {
  const sum = { ...one };
  for (const cause of Object.keys(other) as DropCause[]) sum[cause] += other[cause] ?? 0;
  return sum;
}

function wasFull({ cause }: DropRise): boolean {
  return cause === "accept-queue-full";
}
