/**
 * A closer look at the one listener that somebody opened: who waits in its queue, and how the process fares that should accept.
 * Each look costs a walk of the established table and some files of /proc, so it is not taken of all listeners.
 *
 * @module
 */
import type { LiveFacts } from "../../core/listener/facts.ts";
import type { ListenerSample } from "../../core/listener/sample/sample.ts";
import type { KernelWord } from "../../core/listener/victims/kernel-word.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";
import type { ListenerSampler } from "./sampler/listener-sampler.ts";
import type { KernelWitness } from "./victims/kernel-witness.ts";
import { beginOwnerWatch, continueOwnerWatch, type OwnerWatch } from "./why/read-owner.ts";

/** What a sample does not say. */
export type Inspection = Pick<LiveFacts, "waiting" | "owner"> & {
  /** What the kernel's trace events said of it since the start; null if nothing, or where they may not be read. */
  readonly kernelWord: KernelWord | null;
};

/** Looks at one listener after the other; between two looks at the same one it knows how its owner fared. */
export class ListenerInspector {
  readonly #sampler: ListenerSampler;
  readonly #witness: KernelWitness | null;
  readonly #taken = new WeakMap<ListenerSample, Inspection>();
  #opened: { readonly key: string; readonly watch: OwnerWatch } | null = null;

  constructor(sampler: ListenerSampler, witness: KernelWitness | null = null) {
    this.#sampler = sampler;
    this.#witness = witness;
  }

  /** One look for each sample, however often the screen is drawn. */
  inspect(listener: ListenerSample): Inspection {
    const known = this.#taken.get(listener);
    if (known !== undefined) return known;
    const inspection = {
      waiting: this.#sampler.waitingAt(listener),
      owner: this.#ownerOf(listener),
      kernelWord: this.wordOn(listener),
    };
    this.#taken.set(listener, inspection);
    return inspection;
  }

  /** The kernel's word alone. */
  wordOn({ namespace, port, refusals }: ListenerSample): KernelWord | null {
    return port === null ? null : (this.#witness?.wordOn(namespace, port, refusals.value > 0) ?? null);
  }

  /** How it fared since the last look; null at the first one. */
  #ownerOf(listener: ListenerSample): LiveFacts["owner"] {
    const key = sampleKey(listener);
    const holders = this.#sampler.holdersOf(listener);
    if (this.#opened?.key !== key) {
      this.#opened = { key, watch: beginOwnerWatch(holders) };
      return null;
    }
    const { owner, next } = continueOwnerWatch(this.#opened.watch, holders);
    this.#opened = { key, watch: next };
    return owner;
  }
}
