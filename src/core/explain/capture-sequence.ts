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
import type { ListedAliases } from "../wire/capture/listing/listed-endpoint.ts";
import type { Segment } from "../wire/packet/segment.ts";
import { DropTally } from "./drops/drop-tally.ts";
import { withDrops } from "./drops/with-drops.ts";
import {
  type ConcludeOptions,
  conclude,
  EndpointNames,
  Explainer,
  type Explanation,
  type Observation,
} from "./index.ts";
import type { Moment } from "./segment-filter.ts";
import { SegmentFilter } from "./segment-filter.ts";

/** A piece may begin a little before the last packet of the one before was stamped. */
const OVERLAP_NS = 1_000_000_000n;
/** Packets that stand out of order are put in order among so many; in a longer capture only near ones. */
const MOST_SORTED = 262_144;

/** What is left out. */
export interface SequenceOptions {
  readonly server: Endpoint | null;
  readonly since: Moment | null;
  readonly until: Moment | null;
  readonly keepAll: boolean;
  /** How many of those that simply completed are kept without `keepAll`; none unless it is said. */
  readonly mostCompleted?: number;
  /** Whether the packets of a file are put in the order of their times; costs memory. */
  readonly sorts?: boolean;
  /** Is told every segment that is not left out, with the number and the time that it has among all files. */
  readonly onSegment?: (segment: Segment) => void;
}

/** One capture, whose pieces go on with the same connections. */
interface CaptureView {
  readonly explainer: Explainer;
  lastNs: bigint | null;
}

/** Takes the segments of one file after another. */
export class CaptureSequence implements SegmentSink {
  readonly #options: SequenceOptions;
  readonly #filter: SegmentFilter;
  readonly #views: CaptureView[] = [];
  #view: CaptureView;
  #isFirstSegment = true;
  #facts: () => CaptureFacts | null = () => null;
  #firstNs: bigint | null = null;
  #packetsBefore = 0;
  #shiftMs = 0;
  #latestMs: number = Number.NEGATIVE_INFINITY;
  #waiting: Segment[] = [];
  #observations: readonly Observation[] | null = null;
  readonly #aliases: ListedAliases[] = [];
  readonly #drops = new DropTally();
  /** Whether a file ended before its end. */
  isDamaged = false;
  /** How far back in time a packet stands behind another one of its file, at the most. */
  disorderMs = 0;

  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#filter = new SegmentFilter(options);
    this.#view = this.#another();
  }

  /** The next file begins; `facts` tells what its reader knows so far. */
  begin(facts: () => CaptureFacts): void {
    this.#facts = facts;
    this.#isFirstSegment = true;
    this.#latestMs = Number.NEGATIVE_INFINITY;
  }

  /** The file is over. */
  end(facts: CaptureFacts): void {
    this.#release(0);
    this.#packetsBefore += facts.packets;
    this.isDamaged ||= facts.problem !== null;
    this.#view.lastNs = facts.lastTimeNs;
    this.#firstNs ??= facts.firstTimeNs;
    if (facts.aliases !== null) this.#aliases.push(facts.aliases);
  }

  /** A segment of the current file; the object is changed. */
  onSegment(segment: Segment): void {
    this.#locate(segment);
    if (segment.at >= this.#latestMs) this.#latestMs = segment.at;
    else if (segment.at < this.#latestMs)
      this.disorderMs = Math.max(this.disorderMs, this.#latestMs - segment.at);
    if (!this.#filter.passes(segment)) return;
    this.#options.onSegment?.(segment);
    if (this.#options.sorts !== true) {
      this.#view.explainer.see(segment);
      return;
    }
    this.#waiting.push({ ...segment });
    if (this.#waiting.length > MOST_SORTED) this.#release(MOST_SORTED / 2);
  }

  /** A segment of the current file that the kernel threw away; the object is changed. */
  onDropped(segment: Segment, reason: string | null): void {
    this.#locate(segment);
    if (this.#filter.passes(segment)) this.#drops.add(segment, reason);
  }

  /** What was found out; it may be told in several ways. */
  conclude(options: ConcludeOptions): Explanation {
    const names = options.names ?? new EndpointNames();
    for (const aliases of this.#aliases) names.learn(aliases);
    this.#observations ??= this.#views.map(({ explainer }) => explainer.finish());
    return withDrops(conclude(this.#observations, { ...options, names }), this.#drops, names);
  }

  #locate(segment: Segment): void {
    if (this.#isFirstSegment) this.#place(this.#facts()?.firstTimeNs ?? null);
    segment.at += this.#shiftMs;
    segment.number += this.#packetsBefore;
  }

  /** Tells those that waited in the order of their times, all but the last few. */
  #release(keep: number): void {
    this.#waiting.sort((a, b) => a.at - b.at || a.number - b.number);
    const due = this.#waiting.splice(0, this.#waiting.length - keep);
    for (const segment of due) this.#view.explainer.see(segment);
  }

  /** Finds the file's place among the others as soon as its first time is known. */
  #place(firstNs: bigint | null): void {
    this.#isFirstSegment = false;
    this.#firstNs ??= firstNs;
    this.#filter.startAt(this.#firstNs);
    if (this.#packetsBefore === 0) return;
    const canTell = firstNs !== null && this.#firstNs !== null;
    this.#shiftMs = canTell ? Number(firstNs - (this.#firstNs ?? firstNs)) / 1e6 : 0;
    this.#view = (canTell ? this.#endedBefore(firstNs) : null) ?? this.#another();
  }

  /** The capture that this piece goes on with: of those that were over by then the last. */
  #endedBefore(firstNs: bigint): CaptureView | null {
    const over = this.#views.filter(({ lastNs }) => lastNs !== null && firstNs >= lastNs - OVERLAP_NS);
    return over.reduce<CaptureView | null>(
      (latest, view) => ((view.lastNs ?? 0n) > (latest?.lastNs ?? -1n) ? view : latest),
      null,
    );
  }

  #another(): CaptureView {
    const view = { explainer: new Explainer(this.#options), lastNs: null };
    this.#views.push(view);
    return view;
  }
}
