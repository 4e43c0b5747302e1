/**
 * Several captures in a row: pieces of one, or one event from several places. A file that begins where the one before ended
 * goes on with the same connections; one whose time overlaps is another point of view and is followed on its own. Packet
 * numbers go on over all files, and times count from the first packet of the first.
 *
 * @module
 */

import type { Endpoint } from "../wire/address.ts";
import type { CaptureFacts } from "../wire/capture/capture-facts.ts";
import type { SegmentSink } from "../wire/capture/capture-reader.ts";
import type { Segment } from "../wire/packet/segment.ts";
import { type ConcludeOptions, conclude, Explainer, type Explanation } from "./index.ts";
import type { Moment } from "./segment-filter.ts";
import { SegmentFilter } from "./segment-filter.ts";

/** A piece may begin a little before the last packet of the one before was stamped. */
const OVERLAP_NS = 1_000_000_000n;

/** What is left out. */
export interface SequenceOptions {
  readonly server: Endpoint | null;
  readonly since: Moment | null;
  readonly until: Moment | null;
  readonly keepAll: boolean;
}

/** Takes the segments of one file after another. */
export class CaptureSequence implements SegmentSink {
  readonly #options: SequenceOptions;
  readonly #filter: SegmentFilter;
  readonly #explainers: Explainer[] = [];
  #explainer: Explainer;
  #isFirstSegment = true;
  #facts: () => CaptureFacts | null = () => null;
  #firstNs: bigint | null = null;
  #lastNs: bigint | null = null;
  #packetsBefore = 0;
  #shiftMs = 0;
  /** Whether a file ended before its end. */
  isDamaged = false;

  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#filter = new SegmentFilter(options);
    this.#explainer = this.#another();
  }

  /** The next file begins; `facts` tells what its reader knows so far. */
  begin(facts: () => CaptureFacts): void {
    this.#facts = facts;
    this.#isFirstSegment = true;
  }

  /** The file is over. */
  end(facts: CaptureFacts): void {
    this.#packetsBefore += facts.packets;
    this.isDamaged ||= facts.problem !== null;
    this.#lastNs = facts.lastTimeNs;
    this.#firstNs ??= facts.firstTimeNs;
  }

  /** A segment of the current file; the object is changed. */
  onSegment(segment: Segment): void {
    if (this.#isFirstSegment) this.#place(this.#facts()?.firstTimeNs ?? null);
    segment.at += this.#shiftMs;
    segment.number += this.#packetsBefore;
    if (this.#filter.passes(segment)) this.#explainer.see(segment);
  }

  /** What was found out. */
  conclude(options: ConcludeOptions): Explanation {
    return conclude(
      this.#explainers.map((explainer) => explainer.finish()),
      options,
    );
  }

  /** Finds the file's place among the others as soon as its first time is known. */
  #place(firstNs: bigint | null): void {
    this.#isFirstSegment = false;
    this.#firstNs ??= firstNs;
    this.#filter.startAt(this.#firstNs);
    if (this.#packetsBefore === 0) return;
    const canTell = firstNs !== null && this.#firstNs !== null;
    this.#shiftMs = canTell ? Number(firstNs - (this.#firstNs ?? firstNs)) / 1e6 : 0;
    const goesOn = canTell && this.#lastNs !== null && firstNs >= this.#lastNs - OVERLAP_NS;
    if (!goesOn) this.#explainer = this.#another();
  }

  #another(): Explainer {
    const explainer = new Explainer({ keepAll: this.#options.keepAll });
    this.#explainers.push(explainer);
    return explainer;
  }
}
