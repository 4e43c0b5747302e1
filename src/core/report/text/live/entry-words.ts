/**
 * What is known of a queue between two looks, in words. Pure.
 *
 * @module
 */
import { count } from "../../../count.ts";
import type { ListenerWindow } from "../../../listener/facts.ts";
import type { Coverage, ListenerSample } from "../../../listener/sample/sample.ts";

/** Of a window: half a sentence, without a full stop. */
export function betweenLooks({
  entries,
  lengthFirst,
  lengthLast,
}: Pick<ListenerWindow, "entries" | "lengthFirst" | "lengthLast">): string {
  if (entries === null) return "a shorter peak may have been missed, a drop not";
  const { entered, verdict, lengthAtMost } = entries;
  if (verdict === "unheard" || lengthAtMost === null)
    return `the kernel told of ${entered} that entered, and not of all: a shorter peak may have been missed, a drop not`;
  if (entered === 0 && lengthAtMost <= lengthFirst) return "and by the kernel's word none entered meanwhile";
  const bound = `between two looks it was ${lengthAtMost} at most`;
  if (verdict === "at-most")
    return `${bound}, as the kernel told of ${entered} that entered it or another listener at this address`;
  const accepted = Math.max(0, lengthFirst + entered - lengthLast);
  return `${bound}, as the kernel told of ${entered} that entered; so ${count(accepted, "connection")} left it`;
}

/** Beside the peak that was seen; nothing where a look saw the longest that it can have been. */
export function peakBoundText({
  entries,
  intervalPeak,
}: Pick<ListenerSample, "entries" | "intervalPeak">): string {
  const most = entries?.peakAtMost ?? null;
  return most === null || most <= intervalPeak ? "" : `, between looks ${most} at most`;
}

/** Why queue entries are not heard, or not all; nothing where they are, or nobody may. */
export function entryTrouble({ entries }: Pick<Coverage, "entries">): string[] {
  const off = `queue entries: not heard, as more than ${entries?.mostPerSecond ?? 0} a second come`;
  const lost = `queue entries: ${count(entries?.lost ?? 0, "record")} of the kernel's found no room`;
  return [...(entries?.isOff === true ? [off] : []), ...((entries?.lost ?? 0) > 0 ? [lost] : [])];
}
