/**
 * Whether a capture was running at a moment of another one. Their clocks need not agree: how far they are apart is told by the attempts
 * that both show.
 *
 * @module
 */
import { keyOf, type View } from "./capture-view.ts";
import type { Story } from "./story.ts";

/** The way between two captures is not always as long. */
const EDGE_MS = 1;

/** Whether `other` was running when `view` shows a packet at that moment. */
export type Running = (view: View, other: View, at: number) => boolean;

/** Tells it for these captures. */
export function runningOf(views: readonly View[]): Running {
  const known = new Map<View, Map<View, number>>(views.map((view) => [view, new Map()]));
  const apartMs = (view: View, other: View): number => {
    const before = known.get(view)?.get(other);
    if (before !== undefined) return before;
    const ms = medianApart(view, other);
    known.get(view)?.set(other, ms);
    return ms;
  };
  return (view, other, at) => {
    const there = at + apartMs(view, other);
    return there >= other.startAt + EDGE_MS && there <= other.endAt - EDGE_MS;
  };
}

/** By how much the other clock is ahead; 0 where no attempt is in both. */
function medianApart(view: View, other: View): number {
  const begun = new Map(other.stories.map((story) => [keyOf(story), story]));
  const apart = view.stories.flatMap((story) => {
    const same = begun.get(keyOf(story));
    return same === undefined || !isSameSyn(story, same)
      ? []
      : [same.connection.synTimes.first - story.connection.synTimes.first];
  });
  apart.sort((a, b) => a - b);
  return apart[Math.floor(apart.length / 2)] ?? 0;
}

/** Only where both show as many SYNs is the first of one the first of the other. */
function isSameSyn({ connection: one }: Story, { connection: other }: Story): boolean {
  return one.synTimes.length > 0 && one.synTimes.count === other.synTimes.count;
}
