/**
 * Beside the looks, the kernel's word on each connection that enters an accept queue, where this user may hear it. It is read when the
 * sampler looks, so it wakes nobody; above a rate it is off for a while, because hearing costs some microseconds of each connection.
 *
 * @module
 */
import { isNotSupported, NotSupportedError } from "../../../core/errors.ts";
import { EntryBalance, type EntryVerdict } from "../../../core/listener/entries/entry-balance.ts";
import { type BookNamespace, EntryBook } from "../../../core/listener/entries/entry-book.ts";
import {
  QUEUE_ENTRY_EVENT,
  queueEntryFilter,
  queueEntryReader,
} from "../../../core/listener/entries/entry-event.ts";
import type { EntryCoverage } from "../../../core/listener/sample/sample.ts";
import type { TraceEventFormat } from "../../../core/wire/trace-event/event-format.ts";
import type { Closable, OpenResources } from "../../linux/ffi/descriptor.ts";
import { PerfEvents } from "../../linux/trace/perf-events.ts";
import { Tracefs } from "../../linux/trace/tracefs.ts";

/** More a second are not worth their cost. */
const MOST_ENTRIES_PER_SECOND = 5_000;
/** The rate is that of so long at least, so that a burst is heard. */
const RATE_OVER_MS = 1_000;
const OFF_FOR_MS = 10_000;
const NAME = "PassiveOpens";

/** Hears until it is closed. */
export class EntryWitness implements Closable {
  readonly #events: PerfEvents;
  readonly #book = new EntryBook();
  readonly #balances = new Map<number, { readonly balance: EntryBalance; verdict: EntryVerdict | null }>();
  readonly #most: number;
  #namespaces: readonly BookNamespace[] = [];
  #at = 0;
  #lost = 0;
  #heard = 0;
  #rate = { fromAt: 0, heard: 0 };
  /** When it may be on again; null while it is on. */
  #offUntil: number | null = null;

  private constructor(mostPerSecond: number) {
    this.#most = mostPerSecond;
    const format = entryFormat();
    const read = queueEntryReader(format);
    this.#events = new PerfEvents(
      [{ id: format.id, filter: queueEntryFilter(format, null) }],
      {
        sample: (_, record) => {
          this.#heard += 1;
          this.#book.enter(read(record), this.#at);
        },
        lost: (count) => {
          this.#lost += count;
          this.#missed();
        },
      },
      true,
    );
  }

  /** Null where this user may not read the kernel's trace events, or the kernel has none of entries. @param owner closes it */
  static open(owner: OpenResources, mostPerSecond: number = MOST_ENTRIES_PER_SECOND): EntryWitness | null {
    try {
      return owner.keep(new EntryWitness(mostPerSecond));
    } catch (error) {
      if (!isNotSupported(error)) throw error;
      return null;
    }
  }

  /** Gives what entered to the listeners of these namespaces: before each look at them. */
  hear(namespaces: readonly BookNamespace[], at: number): void {
    this.#namespaces = namespaces;
    this.#at = at;
    this.#book.arrange(namespaces);
    if (this.#offUntil !== null && at >= this.#offUntil) this.#goOn(at);
    if (this.#offUntil !== null) return;
    this.#events.drain();
    this.#boundRate(at);
  }

  /** How many were given to each of the namespaces so far. */
  toldIn(namespaces: readonly BookNamespace[]): ReadonlyMap<number, number> {
    return new Map(namespaces.map(({ inode }) => [inode, this.#book.toldIn(inode)]));
  }

  /**
   * Holds what was heard against the counters, which were read since `before` was told.
   *
   * @param before of `toldIn`
   */
  balance(before: ReadonlyMap<number, number>): void {
    for (const inode of this.#balances.keys()) if (!before.has(inode)) this.#balances.delete(inode);
    for (const { inode, state } of this.#namespaces) {
      const known = this.#balances.get(inode) ?? { balance: new EntryBalance(), verdict: null };
      this.#balances.set(inode, known);
      const passiveOpens = state.counters[NAME] ?? null;
      known.verdict = known.balance.read({
        before: before.get(inode) ?? 0,
        after: this.#book.toldIn(inode),
        passiveOpens,
      });
    }
  }

  /** What the interval's entries are worth in a namespace. */
  verdictIn(inode: number): EntryVerdict {
    return this.#balances.get(inode)?.verdict ?? "unheard";
  }

  coverage(): EntryCoverage {
    return { lost: this.#lost, isOff: this.#offUntil !== null, mostPerSecond: this.#most };
  }

  close(): void {
    this.#events.close();
  }

  #boundRate(at: number): void {
    const tookMs = at - this.#rate.fromAt;
    if (tookMs < RATE_OVER_MS) return;
    const perSecond = ((this.#heard - this.#rate.heard) * 1_000) / tookMs;
    this.#rate = { fromAt: at, heard: this.#heard };
    if (perSecond <= this.#most) return;
    this.#events.mute(0);
    this.#offUntil = at + OFF_FOR_MS;
    this.#missed();
  }

  #goOn(at: number): void {
    this.#events.drain();
    this.#missed();
    this.#events.unmute(0);
    this.#offUntil = null;
    this.#rate = { fromAt: at, heard: this.#heard };
  }

  #missed(): void {
    for (const { state } of this.#namespaces)
      for (const listener of state.listeners.values()) listener.entries.missed();
  }
}

function entryFormat(): TraceEventFormat {
  const tracefs = new Tracefs();
  try {
    const format = tracefs.event(QUEUE_ENTRY_EVENT);
    if (format !== null) return format;
    throw new NotSupportedError(
      "hearing of queue entries",
      `this kernel has no event ${QUEUE_ENTRY_EVENT}`,
      null,
    );
  } finally {
    tracefs.close();
  }
}
