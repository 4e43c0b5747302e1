/**
 * When clients come and when the server stands still, for one run of a plan.
 *
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { UsageError } from "../errors.ts";
import { streamTimes } from "../load/index.ts";
import { type Demand, possiblePausesMs } from "./demand.ts";

/** The queues are as in a long run before the first pause begins: after so long, and some round trips. */
const WARM_UP_MS = 200;
const WARM_UP_ROUND_TRIPS = 3;
/** Pauses that recur are looked at for so many of them: the refused come back into the next ones. */
const RECURRING_PAUSES = 6;
/** Who was refused in the last pause comes back for so long at most. */
const LONGEST_ECHO_MS = 8_000;

/** The times of one run, in milliseconds since its beginning. */
export interface Timetable {
  /** When each client calls connect(), in order. */
  readonly arrivalsMs: readonly number[];
  readonly pauses: readonly { readonly fromMs: number; readonly untilMs: number }[];
  /** The run is over. */
  readonly endMs: number;
}

/**
 * The same seed gives the same run. Without `withEcho` it ends with the last pause.
 *
 * @throws {UsageError} for more connections than a run can have
 */
export function timetableOf(demand: Demand, seed: number, withEcho: boolean): Timetable {
  const pauses = pausesOf(demand, seed);
  const lastMs = pauses.at(-1)?.untilMs ?? warmUpMs(demand);
  const echoMs = Math.min(demand.patienceMs ?? LONGEST_ECHO_MS, LONGEST_ECHO_MS);
  const endMs = lastMs + demand.roundTripMs + (withEcho ? echoMs + demand.pauseMs : 0);
  checkCount((demand.ratePerSecond * endMs) / 1000);
  return { arrivalsMs: streamTimes({ ...demand, seed }, endMs), pauses, endMs };
}

/** Who was refused by a full SYN queue comes back after a second. */
const FIRST_ECHO_MS = 1_200;

/** The same run, ended when the SYN queue has been as in a long run for a while, and the first resent SYNs have met it. */
export function echoWindow({ arrivalsMs, pauses, endMs }: Timetable, standsMs: number): Timetable {
  const untilMs = Math.min(endMs, (pauses.at(-1)?.untilMs ?? 0) + 2 * standsMs + FIRST_ECHO_MS);
  return { arrivalsMs: arrivalsMs.filter((ms) => ms < untilMs), pauses, endMs: untilMs };
}

/** A punctual machine is late by as much with a connect(), or with a look. */
const LATE_MS = 4;

/** The lab's server looks at its queue so often while it runs. */
export const ACCEPT_EVERY_MS = 4;

/**
 * The same run in the lab, where a pause begins with the last look before it and ends with the first one after it, on a machine
 * that is a little late with everything, by chance.
 */
export function shakenTimetable({ arrivalsMs, pauses, endMs }: Timetable, seed: number): Timetable {
  const source = xoroshiro128plus(seed);
  const late = (): number => LATE_MS * uniformFloat64(source);
  return {
    arrivalsMs: arrivalsMs.map((ms) => ms + late()).sort((a, b) => a - b),
    pauses: pauses.map(({ fromMs, untilMs }) => ({
      fromMs: (Math.ceil(fromMs / ACCEPT_EVERY_MS) - 1) * ACCEPT_EVERY_MS + late(),
      untilMs: Math.ceil(untilMs / ACCEPT_EVERY_MS) * ACCEPT_EVERY_MS + late(),
    })),
    endMs,
  };
}

/** Each connection of a run is followed by itself. */
const MOST_CONNECTIONS = 2_000_000;

function checkCount(connections: number): void {
  if (connections <= MOST_CONNECTIONS) return;
  throw new UsageError(
    `--rate, --pause and --patience make ${connections.toExponential(1)} connections in one run, the model takes ${MOST_CONNECTIONS}: lower one of them`,
  );
}

/** The earliest moment from `nowMs` on at which the server runs. */
export function runsAgainAtMs({ pauses }: Timetable, nowMs: number): number {
  return pauses.find(({ fromMs, untilMs }) => nowMs >= fromMs && nowMs < untilMs)?.untilMs ?? nowMs;
}

/** Whether a moment lies in a pause. */
export function isInPause(timetable: Timetable, atMs: number): boolean {
  return runsAgainAtMs(timetable, atMs) > atMs;
}

/** How many connections come until the last pause is over. */
export function countUntilLastPause({ arrivalsMs, pauses }: Timetable): number {
  const lastMs = pauses.at(-1)?.untilMs ?? 0;
  const later = arrivalsMs.findIndex((atMs) => atMs >= lastMs);
  return later < 0 ? arrivalsMs.length : later;
}

function warmUpMs({ roundTripMs }: Demand): number {
  return Math.max(WARM_UP_MS, WARM_UP_ROUND_TRIPS * roundTripMs);
}

function pausesOf(demand: Demand, seed: number): Timetable["pauses"] {
  const { pauseEveryMs } = demand;
  const possible = possiblePausesMs(demand);
  const source = xoroshiro128plus(seed);
  const nextMs = (): number =>
    possible[Math.floor(possible.length * uniformFloat64(source))] ?? demand.pauseMs;
  return Array.from({ length: pauseEveryMs === null ? 1 : RECURRING_PAUSES }, (_, place) => {
    const fromMs = warmUpMs(demand) + place * (pauseEveryMs ?? 0);
    return { fromMs, untilMs: fromMs + nextMs() };
  });
}
