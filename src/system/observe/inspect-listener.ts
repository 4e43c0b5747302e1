/**
 * A closer look at the one listener that somebody opened: who waits in its queue, and how the process fares that should accept.
 * Each look costs a walk of the established table and some files of /proc, so it is not taken of all listeners.
 *
 * @module
 */
import type { LiveFacts } from "../../core/listener/facts.ts";
import type { ListenerSample } from "../../core/listener/sample/sample.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";
import type { ListenerSampler } from "./sampler/listener-sampler.ts";
import { beginOwnerWatch, endOwnerWatch, type OwnerWatch } from "./why/read-owner.ts";

/** What a sample does not say. */
export type Inspection = Pick<LiveFacts, "waiting" | "owner">;

/** Looks at one listener after the other; between two looks at the same one it knows how its owner fared. */
export class ListenerInspector {
  readonly #sampler: ListenerSampler;
  readonly #taken = new WeakMap<ListenerSample, Inspection>();
  #opened: { readonly key: string; readonly watch: OwnerWatch } | null = null;

  constructor(sampler: ListenerSampler) {
    this.#sampler = sampler;
  }

  /** One look for each sample, however often the screen is drawn. */
  inspect(listener: ListenerSample): Inspection {
    const known = this.#taken.get(listener);
    if (known !== undefined) return known;
    const inspection = { waiting: this.#sampler.waitingAt(listener), owner: this.#ownerOf(listener) };
    this.#taken.set(listener, inspection);
    return inspection;
  }

  /** How it fared since the last look; null at the first one. */
  #ownerOf(listener: ListenerSample): LiveFacts["owner"] {
    const key = sampleKey(listener);
    const before = this.#opened?.key === key ? this.#opened.watch : null;
    this.#opened = { key, watch: beginOwnerWatch(this.#sampler.holdersOf(listener)) };
    return before === null ? null : endOwnerWatch(before);
  }
}
