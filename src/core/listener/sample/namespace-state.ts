/**
 * What is remembered of one namespace between looks: its listeners, and the moments at which drops and counters agreed.
 * Pure; the part that looks is `namespace-looker.ts`.
 *
 * @module
 */
import type { Counters } from "../../wire/counter-names.ts";
import { attribute, type RefusalCounters, refusalCounters, riseOf } from "../drops/drop-causes.ts";
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
  #hasClosed = false;
  #hasNew = false;
  #hasPendingDrops = false;
  #dump = 0;
  #seenInDump = 0;
  #groups = new Map<string, number>();

  /** A listener that a complete dump has named. One that comes later than the first dump was born under our eyes. */
  add(identity: ListenerIdentity): void {
    if (this.listeners.has(identity.key)) return;
    const state = new ListenerState(identity, this.#settled !== null);
    this.listeners.set(identity.key, state);
    this.#groups.set(state.group, (this.#groups.get(state.group) ?? 0) + 1);
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
  groupSize({ group }: ListenerState): number {
    return this.#groups.get(group) ?? 1;
  }

  /** Takes in a look; false if the listener is not known yet. */
  look(at: number, look: ListenerLook): boolean {
    const state = this.listeners.get(look.key);
    if (state === undefined) return false;
    this.#takeIn(state, at, look);
    return true;
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
    return this.#hasPendingDrops;
  }

  /** Counters and drops are known; `agree` says that nothing was dropped between the two. */
  settle(at: number, counters: Counters, agree: boolean): void {
    const now = refusalCounters(counters);
    this.counters = counters;
    if (this.#settled !== null) this.#explain(at, riseOf(this.#settled, now), agree && !this.#hasClosed);
    this.#settled = now;
    this.#hasClosed = false;
  }

  #explain(at: number, counters: RefusalCounters, isClosed: boolean): void {
    if (!this.#hasPendingDrops) return;
    this.#hasPendingDrops = false;
    const moved = [...this.listeners.values()].filter(({ pendingRaw }) => pendingRaw > 0);
    if (moved.length === 0) return;
    const rises = moved.map(({ identity, pendingRaw }) => ({ key: identity.key, raw: pendingRaw }));
    const attributions = attribute({ counters, rises, isClosed });
    for (const state of moved) {
      const attribution = attributions.get(state.identity.key);
      if (attribution !== undefined) state.settle(at, attribution);
    }
  }

  #takeIn(state: ListenerState, at: number, { length, limit, drops }: ListenerLook): void {
    const raw = state.look(at, length, limit, drops);
    if (raw > 0) {
      this.dropsVersion += 1;
      this.#hasPendingDrops = true;
    }
    if (raw > 0 || length > 0) this.activityVersion += 1;
  }

  #remove(state: ListenerState): void {
    const { group } = state;
    this.#groups.set(group, (this.#groups.get(group) ?? 1) - 1);
    if (this.#groups.get(group) === 0) this.#groups.delete(group);
    this.listeners.delete(state.identity.key);
    this.activityVersion += 1;
    this.closed += 1;
  }
}
