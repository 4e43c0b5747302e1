/**
 * What the kernel told of connections that entered one listener's queue, over consecutive samples. Pure.
 *
 * @module
 */
import type { EntryVerdict } from "../entries/entry-balance.ts";
import type { WindowEntries } from "../facts.ts";
import type { ListenerSample } from "../sample/sample.ts";

/** The weaker one holds for both. */
const WEAKEST_FIRST: readonly EntryVerdict[] = ["unheard", "at-most", "counted"];

/** Collects. Recordings that were made before entries were heard have none. */
export class WindowEntryTrack {
  #facts: WindowEntries | null = null;
  #isHeard = true;

  /** The interval between two samples of one run. */
  add({ entries: before }: Partial<ListenerSample>, { entries }: Partial<ListenerSample>): void {
    if (before === null || before === undefined || entries === null || entries === undefined) {
      this.#isHeard = false;
      return;
    }
    const known = this.#facts ?? { entered: 0, verdict: "counted", lengthAtMost: 0 };
    const verdicts = [known.verdict, entries.verdict];
    const { lengthAtMost } = known;
    this.#facts = {
      entered: known.entered + entries.entered - before.entered,
      verdict: WEAKEST_FIRST.find((one) => verdicts.includes(one)) ?? "unheard",
      lengthAtMost:
        lengthAtMost === null || entries.peakAtMost === null
          ? null
          : Math.max(lengthAtMost, entries.peakAtMost),
    };
  }

  /** Null where they were not heard all the time. */
  facts(): WindowEntries | null {
    return this.#isHeard ? this.#facts : null;
  }
}
