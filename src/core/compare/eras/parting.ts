/**
 * Where two runs of one scenario part: the first event of a lane that the other run has not, or has at another time.
 *
 * @module
 */
import type { Lane, LaneEvent } from "./lanes.ts";

/** Where a lane of two runs parts. */
export interface Parting {
  readonly lane: string;
  /** The place of the event in its lane. */
  readonly place: number;
  /** The earlier of both moments. */
  readonly at: number;
  /** What each run has there; null for nothing more. */
  readonly one: LaneEvent | null;
  readonly other: LaneEvent | null;
}

/** Timers are rounded by tick and wheel: moments so near count as the same. */
const SAME_WITHIN_MS = 20;
const SAME_WITHIN_SHARE = 0.065;

/** Where each lane parts, the earliest first; a lane that does not is left out. */
export function partings(one: readonly Lane[], other: readonly Lane[]): Parting[] {
  const found = one.flatMap((lane) => {
    const same = other.find(({ name }) => name === lane.name);
    const parting = partingOf(lane, same ?? { name: lane.name, events: [] });
    return parting === null ? [] : [parting];
  });
  return found.sort((a, b) => a.at - b.at);
}

/** The first event of a lane in which two runs differ; null for none. Two of about the same moment may come in either order. */
export function partingOf(one: Lane, other: Lane): Parting | null {
  const length = Math.max(one.events.length, other.events.length);
  for (let place = 0; place < length; place += 1) {
    const [mine, yours] = [one.events[place] ?? null, other.events[place] ?? null];
    if (isSame(mine, yours)) continue;
    if (isSwapped(one, other, place)) {
      place += 1;
      continue;
    }
    const at = Math.min(mine?.at ?? Number.POSITIVE_INFINITY, yours?.at ?? Number.POSITIVE_INFINITY);
    return { lane: one.name, place, at, one: mine, other: yours };
  }
  return null;
}

function isSwapped(one: Lane, other: Lane, place: number): boolean {
  const [mine, mineNext] = [one.events[place] ?? null, one.events[place + 1] ?? null];
  const [yours, yoursNext] = [other.events[place] ?? null, other.events[place + 1] ?? null];
  if (mine === null || mineNext === null || mineNext.at - mine.at > SAME_WITHIN_MS) return false;
  return isSame(mine, yoursNext) && isSame(mineNext, yours);
}

/** Whether two runs have the same event. */
export function isSame(one: LaneEvent | null, other: LaneEvent | null): boolean {
  if (one === null || other === null) return one === other;
  const apartMs = Math.abs(one.at - other.at);
  const shareMs = SAME_WITHIN_SHARE * Math.min(one.at, other.at);
  return one.text === other.text && apartMs <= SAME_WITHIN_MS + shareMs;
}
