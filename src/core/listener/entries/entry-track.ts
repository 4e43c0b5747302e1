/**
 * One listener's queue between two looks, by what the kernel tells of connections that enter it. How many were accepted meanwhile is not
 * told, so the longest is a bound: at a look's length and all that entered since it would stand if nobody accepted. Pure.
 *
 * @module
 */
import type { QueueEntries } from "../sample/sample.ts";
import type { EntryVerdict } from "./entry-balance.ts";

/** What is known of the interval since the previous sample. */
export interface EntryInterval {
  /** Connections that entered since the listener was first looked at; only grows. */
  readonly entered: number;
  /** True if some of them may be another listener's: members of a SO_REUSEPORT group. */
  readonly isShared: boolean;
  /** The queue was no longer than this; null where an entry may be missing. */
  readonly peakAtMost: number | null;
}

/** Looks and entries come in as they are met: an entry between two looks is told before the later one. */
export class EntryTrack {
  #entered = 0;
  #isShared = false;
  /** At the last look; null before the first one, and after a time in which nothing was heard. */
  #length: number | null = null;
  #sinceLook = 0;
  /** How many that the last look has seen are still to be told. */
  #owed = 0;
  #peakAtMost = 0;
  #isWhole = true;
  #isBelievable = true;
  #told: QueueEntries | null = null;

  /** One entered. */
  enter(isShared: boolean): void {
    this.#entered += 1;
    this.#isShared ||= isShared;
    if (this.#length === null) return;
    this.#sinceLook += 1;
    const most = this.#length + Math.max(0, this.#sinceLook - this.#owed);
    if (most > this.#peakAtMost) this.#peakAtMost = most;
  }

  /** The queue is so long. More than have entered means that some enter unheard: then no bound holds. */
  looked(length: number): void {
    if (this.#sinceLook < this.#owed) this.#isBelievable = false;
    this.#owed = this.#length === null ? 0 : Math.max(0, length - this.#length - this.#sinceLook);
    this.#sinceLook = 0;
    this.#length = length;
    if (length > this.#peakAtMost) this.#peakAtMost = length;
  }

  /** Some may have entered unheard. */
  missed(): void {
    this.#length = null;
    this.#sinceLook = 0;
    this.#owed = 0;
    this.#isWhole = false;
  }

  /** The interval as far as it is known. */
  interval(): EntryInterval {
    const isBounded = this.#isWhole && this.#isBelievable && this.#length !== null;
    return {
      entered: this.#entered,
      isShared: this.#isShared,
      peakAtMost: isBounded ? this.#peakAtMost : null,
    };
  }

  /**
   * The same for a sample: the same object until something changes.
   *
   * @param longest no more fit
   */
  tell(verdict: EntryVerdict, longest: number): QueueEntries {
    const { entered, isShared, peakAtMost: most } = this.interval();
    const isHeard = verdict !== "unheard" && most !== null;
    const peakAtMost = isHeard ? Math.min(most, longest) : null;
    const told = { entered, verdict: worthOf(isHeard ? verdict : "unheard", isShared), peakAtMost };
    if (this.#told === null || !isSameEntries(told, this.#told)) this.#told = told;
    return this.#told;
  }

  /** Begins the next interval where the last look was. */
  startInterval(): void {
    this.#isWhole = this.#length !== null;
    this.#isShared = false;
    this.#peakAtMost = (this.#length ?? 0) + Math.max(0, this.#sinceLook - this.#owed);
  }
}

/** Whether they say the same. */
export function isSameEntries(one: QueueEntries | null, other: QueueEntries | null): boolean {
  return (
    one?.entered === other?.entered &&
    one?.verdict === other?.verdict &&
    one?.peakAtMost === other?.peakAtMost
  );
}

function worthOf(verdict: EntryVerdict, isShared: boolean): EntryVerdict {
  return verdict === "counted" && isShared ? "at-most" : verdict;
}
