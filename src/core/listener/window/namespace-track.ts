/**
 * One namespace over consecutive samples: the rises of its counters, of the whole window and of the newest interval. Pure.
 *
 * @module
 */

import { risesBetween } from "../drops/counter-rises.ts";
import { refusalCounters, refusedByCause } from "../drops/drop-causes.ts";
import type { DropCause } from "../facts.ts";
import type { NamespaceSample } from "../sample/sample.ts";

/** Collects. */
export class NamespaceTrack {
  #last: NamespaceSample;
  #newest: Readonly<Record<string, number>> = {};
  readonly #somaxconns = new Set<number>();
  readonly #counters: Record<string, number> = {};

  /** Where the window begins. */
  constructor(first: NamespaceSample) {
    this.#last = first;
    this.#addSomaxconn(first);
  }

  /** Values that net.core.somaxconn had in the window and has no more. */
  get formerSomaxconn(): number[] {
    return [...this.#somaxconns].filter((value) => value !== this.#last.sysctls.somaxconn);
  }

  /** As the last sample has it. */
  get last(): NamespaceSample {
    return this.#last;
  }

  /** Rises over the window. */
  get counters(): Readonly<Record<string, number>> {
    return this.#counters;
  }

  /** Refused packets by cause in the newest interval. */
  get causes(): Readonly<Record<DropCause, number>> {
    return refusedByCause(refusalCounters(this.#newest));
  }

  /** The next sample. What happened before a new run of the recorder nobody saw. */
  add(sample: NamespaceSample, isNewRun: boolean): void {
    this.#newest = isNewRun ? {} : risesBetween(this.#last.counters, sample.counters);
    for (const [name, rise] of Object.entries(this.#newest))
      this.#counters[name] = (this.#counters[name] ?? 0) + rise;
    this.#last = sample;
    this.#addSomaxconn(sample);
  }

  #addSomaxconn({ sysctls: { somaxconn } }: NamespaceSample): void {
    if (somaxconn !== null) this.#somaxconns.add(somaxconn);
  }
}
