/**
 * When connections are to be opened, in an open loop: the schedule knows nothing of how the server fares. Pure: the same seed
 * gives the same times.
 *
 * @module
 */
import { randomExponential } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { UsageError } from "../errors.ts";

/** How clients come that keep coming: independently of each other, or one after the other at equal distances. */
export type Arrivals = "poisson" | "even";

/** A steady stream of arrivals. */
export interface Stream {
  readonly ratePerSecond: number;
  readonly arrivals: Arrivals;
  readonly seed: number;
}

/** So many connections at one moment, again and again; the first time at 0. */
export interface Bursts {
  readonly count: number;
  readonly everyMs: number;
}

/** Bound of a run: every connection is kept until the report. */
export const MOST_CONNECTIONS = 1_000_000;

/** The times of a stream until `untilMs`, in milliseconds. */
export function streamTimes({ ratePerSecond, arrivals, seed }: Stream, untilMs: number): number[] {
  const gapMs = 1000 / ratePerSecond;
  const source = xoroshiro128plus(seed);
  const random = randomExponential.source(() => uniformFloat64(source))(1 / gapMs);
  const times: number[] = [];
  for (let atMs = gapMs / 2; atMs < untilMs; atMs += arrivals === "even" ? gapMs : random()) times.push(atMs);
  return times;
}

/** The times of bursts until `untilMs`, in milliseconds: each appears as often as the burst has connections. */
export function burstTimes({ count, everyMs }: Bursts, untilMs: number): number[] {
  const moments = Math.ceil(untilMs / everyMs);
  return Array.from({ length: moments * count }, (_, place) => Math.floor(place / count) * everyMs);
}

/**
 * The schedule of a run, in order: a stream, bursts, or both on top of each other.
 *
 * @throws {UsageError} for more connections than a run may have
 */
export function scheduleOf(stream: Stream | null, bursts: Bursts | null, durationMs: number): Float64Array {
  const expected =
    (stream === null ? 0 : (stream.ratePerSecond * durationMs) / 1000) +
    (bursts === null ? 0 : bursts.count * Math.ceil(durationMs / bursts.everyMs));
  if (expected > MOST_CONNECTIONS) throw tooMany(Math.round(expected));
  const times = [
    ...(stream === null ? [] : streamTimes(stream, durationMs)),
    ...(bursts === null ? [] : burstTimes(bursts, durationMs)),
  ];
  return Float64Array.from(times).sort();
}

/**
 * A list of arrivals that was written down: one time a line, in seconds, from any beginning; `#` begins a remark.
 *
 * @param name of the file, for what is said about a wrong line
 * @returns milliseconds since the first one
 * @throws {UsageError} that names the line
 */
export function parseArrivalList(text: string, name: string): Float64Array {
  const times = text.split("\n").flatMap((line, place) => {
    const word = line.replace(/#.*/, "").trim();
    if (word === "") return [];
    const seconds = /^\d+(\.\d*)?(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN;
    if (Number.isFinite(seconds)) return [seconds];
    throw new UsageError(
      `${name}, line ${place + 1}: expected a time in seconds such as 12.345, got ${word.slice(0, 40)}`,
    );
  });
  if (times.length === 0)
    throw new UsageError(`${name}: no arrival in it, one time in seconds a line is expected`);
  if (times.length > MOST_CONNECTIONS) throw tooMany(times.length);
  const sorted = Float64Array.from(times).sort();
  const first = sorted[0] ?? 0;
  return sorted.map((seconds) => (seconds - first) * 1000);
}

function tooMany(count: number): UsageError {
  return new UsageError(
    `a run opens at most ${MOST_CONNECTIONS} connections, these are ${count}: lower --rate, --burst or --duration`,
  );
}
