/**
 * How fast a run is shown: while packets travel, slowly enough to follow them; long silences in the blink of an eye. Show time
 * and the run's time are both milliseconds; between two points they go straight.
 *
 * @module
 */
import type { Stage } from "./stage.ts";

/** What the longest flight of a run takes to show. */
const FLIGHT_SHOWN_MS = 700;
/** A silence of a second; ten times as long takes as much again. */
const SILENCE_SHOWN_MS = 450;
const LEAST_SHOWN_MS = 16;
/** However many things happen, a run is over after three minutes. */
const LONGEST_SHOW_MS = 180_000;

/** The way between the two times. */
export interface Pace {
  /** In show time. */
  readonly endMs: number;
  toShow(at: number): number;
  toRun(shownMs: number): number;
}

/** Lengths alone, without a packet to follow, are shown at one speed. */
const LENGTHS_SHOWN_MS = 12_000;

/** The pace of a run. */
export function paceOf({ packets, story, endMs, longestFlightMs }: Stage): Pace {
  if (packets.length === 0 && story.length === 0) return evenPace(endMs);
  const points = [
    ...new Set([
      0,
      endMs,
      ...packets.flatMap(({ at, arrivedAt }) => [at, arrivedAt ?? at]),
      ...story.map(({ at }) => at),
    ]),
  ].sort((one, other) => one - other);
  const busy = flightsOver(packets, points);
  const steps = points.slice(1).map((point, place) => {
    const length = point - (points[place] ?? 0);
    return (busy[place] ?? 0) > 0 ? flightShown(length, longestFlightMs) : silenceShown(length);
  });
  const whole = steps.reduce((sum, step) => sum + step, 0);
  const share = whole > LONGEST_SHOW_MS ? LONGEST_SHOW_MS / whole : 1;
  const shown = [0];
  for (const step of steps) shown.push((shown.at(-1) ?? 0) + step * share);
  return {
    endMs: shown.at(-1) ?? 0,
    toShow: (at) => between(points, shown, at),
    toRun: (shownMs) => between(shown, points, shownMs),
  };
}

function evenPace(endMs: number): Pace {
  const times = endMs > 0 ? LENGTHS_SHOWN_MS / endMs : 1;
  return { endMs: endMs * times, toShow: (at) => at * times, toRun: (shownMs) => shownMs / times };
}

function flightShown(length: number, longest: number): number {
  return longest > 0 ? (FLIGHT_SHOWN_MS * length) / longest : LEAST_SHOWN_MS;
}

function silenceShown(length: number): number {
  return LEAST_SHOWN_MS + SILENCE_SHOWN_MS * Math.log10(1 + length / 100);
}

/** How many packets are on their way after each point. */
function flightsOver(packets: Stage["packets"], points: readonly number[]): number[] {
  const places = new Map(points.map((point, place) => [point, place]));
  const changes = new Array<number>(points.length).fill(0);
  const change = (at: number, by: number) => {
    const place = places.get(at) ?? 0;
    changes[place] = (changes[place] ?? 0) + by;
  };
  for (const { at, arrivedAt } of packets) {
    change(at, 1);
    change(arrivedAt ?? at, -1);
  }
  let flying = 0;
  return changes.map((by) => {
    flying += by;
    return flying;
  });
}

/** The value that belongs to one of a rising list, in another rising list of as many. */
function between(from: readonly number[], to: readonly number[], value: number): number {
  let [low, high] = [0, from.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((from[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  const [start, end] = [from[low] ?? 0, from[high] ?? 0];
  const share = end > start ? Math.min(1, Math.max(0, (value - start) / (end - start))) : 1;
  return (to[low] ?? 0) + share * ((to[high] ?? 0) - (to[low] ?? 0));
}
