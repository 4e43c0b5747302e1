/**
 * A recording as text: a line for each interval in which something happened to a listener, and a summary. Pure.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { ListenerSample, Sample } from "../../listener/sample/sample.ts";
import { printable } from "../layout/printable.ts";
import { peakBoundText } from "./live/entry-words.ts";
import { causeText, listenerText, sampleLines } from "./sample-table.ts";

/** Reads sample after sample and tells what happened. */
export class RecordingSummary {
  #samples = 0;
  #first: string | null = null;
  #last: string | null = null;
  #told = 0;

  /** The lines of one sample; none if nothing filled, overflowed or dropped. */
  add(sample: Sample): string[] {
    this.#samples += 1;
    this.#first ??= sample.takenAt;
    this.#last = sample.takenAt;
    const lines = sampleLines(sample)
      .filter(({ listener }) => isEventful(listener))
      .map((line) => {
        const { process } = line.listener;
        const who = process === null ? "" : `  ${printable(process.name)} ${process.pid}`;
        return `${sample.takenAt}  ${listenerText(line)}  ${happened(line.listener)}${who}`;
      });
    this.#told += lines.length;
    return lines;
  }

  /** The closing lines. */
  end(): string[] {
    if (this.#samples === 0) return ["no samples in this window"];
    const told =
      this.#told === 0 ? "no queue filled and nothing dropped" : `${count(this.#told, "line")} above`;
    return [`${count(this.#samples, "sample")} from ${this.#first} to ${this.#last}: ${told}`];
  }
}

function isEventful({ intervalPeak, acceptQueue, rise }: ListenerSample): boolean {
  return intervalPeak >= acceptQueue.capacity || rise !== null;
}

function happened(listener: ListenerSample): string {
  const { intervalPeak, acceptQueue, rise } = listener;
  const queue = `queue up to ${intervalPeak} of ${acceptQueue.capacity}${peakBoundText(listener)}`;
  const full = intervalPeak >= acceptQueue.capacity ? ", full" : "";
  if (rise === null) return `${queue}${full}`;
  const about = rise.refused.exact ? "" : "about ";
  const cause = causeText(rise);
  return `${queue}${full}; drops +${rise.raw}, ${about}${count(rise.refused.value, "packet")} refused: ${cause}`;
}
