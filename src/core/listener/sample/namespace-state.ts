/**
 * What is remembered of one namespace between looks: its listeners, and the moments at which drops and counters agreed.
 * Pure; the part that looks is `namespace-looker.ts`.
 *
 * @module
 */
import type { Counters } from "../../wire/counter-names.ts";
import {
  addRises,
  attribute,
  NO_REFUSALS,
  type RawRise,
  type RefusalCounters,
  refusalCounters,
  riseOf,
} from "../drops/drop-causes.ts";
import type { ListenerIdentity } from "./listener-identity.ts";
import { ListenerState } from "./listener-state.ts";

/** A dump is no snapshot: a listener may be overlooked once. */
const MISSING_MEANS_GONE = 2;

/** One look at one listener. */
export interface ListenerLook {
  readonly key: number;
  readonly length: number;
  readonly limit: number;
  readonly drops: number | null;
}

/** One namespace. */
export class NamespaceState {
  readonly listeners: Map<number, ListenerState> = new Map();
  /** Rises with every rise of a drop counter that a look saw. */
  dropsVersion = 0;
  /** Rises with every listener that comes, goes, or is seen active. */
  activityVersion = 0;
  /** Listeners that are gone. */
  closed = 0;
  /** As read last. */
  counters: Counters = {};
  #settled: RefusalCounters | null = null;
  /** Refusals that the counters have and no drop counter yet. */
  #owed: RefusalCounters = NO_REFUSALS;
  /** Whether they may be those of another listener than the ones whose drops are not explained. */
  #isOwedByOthers = false;
  /** Listeners with drops that are not explained. */
  #moved = new Set<ListenerState>();
  #hasClosed = false;
  #hasNew = false;
  #dump = 0;
  #seenInDump = 0;
  readonly #groups = new Map<string, { count: number }>();

  /** A listener that a complete dump has named. One that comes later than the first dump was born under our eyes. */
  add(identity: ListenerIdentity): void {
    if (this.listeners.has(identity.key)) return;
    const state = new ListenerState(identity, this.#settled !== null);
    this.listeners.set(identity.key, state);
    state.members = this.#groups.get(state.group) ?? { count: 0 };
    state.members.count += 1;
    this.#groups.set(state.group, state.members);
    this.#hasNew = true;
    this.activityVersion += 1;
  }

  /** True once after listeners were added. */
  takeHasNew(): boolean {
    const hasNew = this.#hasNew;
    this.#hasNew = false;
    return hasNew;
  }

  /** How many listeners are bound to exactly what this one is. */
  groupSize({ members }: ListenerState): number {
    return members.count;
  }

  /** Takes in a look; false if the listener is not known yet. */
  look(at: number, look: ListenerLook): boolean {
    const state = this.listeners.get(look.key);
    if (state === undefined) return false;
    this.#takeIn(state, at, look);
    return true;
  }

  /** A connection entered the queue of one of its listeners, or of another one that is bound to the same. */
  enter(listener: ListenerState, at: number, isShared: boolean): void {
    listener.enter(at, isShared);
    this.activityVersion += 1;
  }

  /** Begins a dump of all listeners. */
  beginDump(): void {
    this.#dump += 1;
    this.#seenInDump = 0;
  }

  /** As `look`, in a dump. */
  lookInDump(at: number, look: ListenerLook): boolean {
    const state = this.listeners.get(look.key);
    if (state === undefined) return false;
    if (state.seenInDump !== this.#dump) this.#seenInDump += 1;
    state.seenInDump = this.#dump;
    this.#takeIn(state, at, look);
    return true;
  }

  /** Ends a dump: a listener that was missing twice in a row is gone. */
  endDump(): void {
    if (this.#seenInDump === this.listeners.size) return;
    for (const state of this.listeners.values()) {
      if (state.seenInDump === this.#dump) continue;
      state.missing += 1;
      this.#hasClosed = true;
      if (state.missing >= MISSING_MEANS_GONE) this.#remove(state);
    }
  }

  /** True if some drops were seen since the counters were last read. */
  get hasPendingDrops(): boolean {
    return this.#moved.size > 0;
  }

  /** The counters were just read: drops that are seen from here on may not be in them. */
  countersRead(counters: Counters): void {
    this.counters = counters;
    for (const state of this.#moved) state.countersRead();
  }

  /** A dump that followed the counters is complete: whose refusals they count. */
  settle(at: number): void {
    const now = refusalCounters(this.counters);
    if (this.#settled !== null) this.#explain(at, addRises(this.#owed, riseOf(this.#settled, now)));
    this.#settled = now;
    this.#hasClosed = false;
  }

  #explain(at: number, counters: RefusalCounters): void {
    const moved = [...this.#moved].filter(({ pendingRaw }) => pendingRaw > 0);
    const late = [...this.#moved].filter(({ lateRaw }) => lateRaw > 0);
    const othersMoved =
      this.#isOwedByOthers || this.#hasClosed || late.some((state) => !moved.includes(state));
    const { shares, rest } = attribute({
      counters,
      rises: moved.map(riseOfListener),
      othersMoved,
      isOneMoment: late.length === 0,
    });
    for (const state of moved) {
      const share = shares.get(state.identity.key);
      if (share !== undefined) state.settle(at, share);
    }
    // Without drops that are still to be explained, what is left over was refused by a listener that is gone.
    this.#owed = late.length === 0 ? NO_REFUSALS : rest;
    this.#isOwedByOthers = this.#owed.listenDrops > 0 && moved.length > 0 && othersMoved;
    this.#moved = new Set(late);
  }

  #takeIn(state: ListenerState, at: number, { length, limit, drops }: ListenerLook): void {
    const raw = state.look(at, length, limit, drops);
    if (raw > 0) {
      this.dropsVersion += 1;
      this.#moved.add(state);
    }
    if (raw > 0 || length > 0) this.activityVersion += 1;
  }

  #remove(state: ListenerState): void {
    state.members.count -= 1;
    if (state.members.count === 0) this.#groups.delete(state.group);
    this.listeners.delete(state.identity.key);
    this.activityVersion += 1;
    this.closed += 1;
  }
}

function riseOfListener({ identity, pendingRaw, sawFullSinceSettled }: ListenerState): RawRise {
  return { key: identity.key, raw: pendingRaw, sawFull: sawFullSinceSettled };
}
