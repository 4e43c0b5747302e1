/**
 * What becomes of a demand at a backlog: the model of the kernel is run with the same load many times, each run from another
 * seed.
 *
 * @module
 */
import { type KernelRules, type StormResult, simulateStorm } from "../model/index.ts";
import { type Demand, isOverloaded } from "./demand.ts";
import { momentsOf, type PredictedShare, SPREAD_SD, shareOver } from "./predicted-share.ts";
import {
  countUntilLastPause,
  isInPause,
  runsAgainAtMs,
  shakenTimetable,
  type Timetable,
  timetableOf,
} from "./timetable.ts";

/** From connect() to accept(), in milliseconds; null where the client has given up. */
export interface Waits {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
}

/** The fate of the connections at one backlog. */
export interface Prediction {
  readonly backlog: number;
  readonly runs: number;
  /** Connections that met at least one refusal, among those that came during a pause. */
  readonly refused: PredictedShare;
  /** The same among all. */
  readonly refusedOfAll: PredictedShare;
  /** Connections that were never accepted in their patience, or were reset, among those that came during a pause. */
  readonly lost: PredictedShare;
  readonly waitMs: Waits;
  /** The longest that the accept queue was in a run: half of the runs stayed at or below `p50`. */
  readonly peak: { readonly p50: number; readonly most: number };
}

/** How a prediction is made. */
export interface PredictOptions {
  readonly rules: KernelRules;
  readonly seed: number;
  /** At most. */
  readonly runs: number;
  /** False to end with the last pause, where only refusals are asked for. */
  readonly withEcho: boolean;
  /** Of the server's namespace, by the kernel's name. */
  readonly sysctls?: Readonly<Record<string, number>>;
}

/** Runs the model. The same options give the same prediction. */
export function predict(demand: Demand, backlog: number, options: PredictOptions): Prediction {
  const runs = runsUntilKnown(demand, backlog, options);
  return {
    backlog,
    runs: runs.length,
    refused: shareOver(runs.map(({ refused }) => refused)),
    refusedOfAll: shareOver(runs.map(({ refusedOfAll }) => refusedOfAll)),
    lost: shareOver(runs.map(({ lost }) => lost)),
    waitMs: waitsOf(runs.flatMap(({ waitsMs }) => waitsMs)),
    peak: peakOf(runs.map(({ peak }) => peak)),
  };
}

/** A load of many connections is known from fewer runs; so many at least. */
const LEAST_RUNS = 10;
/** Below that runs cost nothing. */
const EVENTS_THAT_COST = 300_000;
/** How well a mean share is to be known: half a point, or a fiftieth of itself. */
const KNOWN_TO = { points: 0.005, share: 0.02 } as const;

function runsUntilKnown(demand: Demand, backlog: number, options: PredictOptions): Run[] {
  const runs: Run[] = [];
  let events = 0;
  while (runs.length < options.runs) {
    const run = runOnce(demand, backlog, options, options.seed + runs.length);
    runs.push(run);
    events += run.events;
    if (runs.length >= LEAST_RUNS && events > EVENTS_THAT_COST && isKnown(runs)) break;
  }
  return runs;
}

function isKnown(runs: readonly Run[]): boolean {
  const { mean, variance } = momentsOf(runs.map(({ refused }) => refused));
  const openTo = SPREAD_SD * Math.sqrt(variance / runs.length);
  return openTo <= Math.max(KNOWN_TO.points, KNOWN_TO.share * mean);
}

/**
 * Whether more than this share of the connections that come during a pause is refused in the mean of these runs. It stops as soon
 * as no further run can change that.
 */
export function refusesMoreThan(
  demand: Demand,
  backlog: number,
  { rules, share, timetables }: RefusalQuestion,
): boolean {
  let sum = 0;
  for (const timetable of timetables) {
    sum += runTimetable(demand, backlog, { rules }, timetable).refused;
    if (sum > share * timetables.length) return true;
  }
  return false;
}

/** By which runs, and how much is too much. */
export interface RefusalQuestion {
  readonly rules: KernelRules;
  readonly share: number;
  readonly timetables: readonly Timetable[];
}

/** A share in one run whose arrivals are known. */
const SHAKEN_RUNS = 24;
/** Beyond what chance does: the lab's server looks at its queue now and then, not all the time. */
const LEAST_SPREAD = 0.015;

/**
 * The share of refused in the one run that has this seed, and so these arrivals: what is left open is how late a machine is with
 * each of them, so that the range is far narrower than that of one more run.
 */
export function predictRun(
  demand: Demand,
  backlog: number,
  options: Omit<PredictOptions, "runs">,
): PredictedShare {
  const timetable = timetableOf(demand, options.seed, options.withEcho);
  const shares = Array.from({ length: SHAKEN_RUNS }, (_, place) => {
    const result = stormOf(demand, backlog, options, shakenTimetable(timetable, place));
    // Who came in a pause is told by the plan's clock, here as in the lab.
    return summarize(timetable, result).refused;
  });
  const { mean, variance } = momentsOf(shares);
  const spread = Math.max(LEAST_SPREAD, SPREAD_SD * Math.sqrt(variance));
  return { mean, low: Math.max(0, mean - spread), high: Math.min(1, mean + spread) };
}

interface Run {
  readonly refused: number;
  readonly refusedOfAll: number;
  readonly lost: number;
  readonly waitsMs: readonly number[];
  readonly peak: number;
  readonly events: number;
}

function runOnce(demand: Demand, backlog: number, options: PredictOptions, seed: number): Run {
  return runTimetable(demand, backlog, options, timetableOf(demand, seed, options.withEcho));
}

function runTimetable(
  demand: Demand,
  backlog: number,
  options: Pick<PredictOptions, "rules" | "sysctls">,
  timetable: Timetable,
): Run {
  return summarize(timetable, stormOf(demand, backlog, options, timetable));
}

/** How one run is made. */
export interface StormOptions extends Pick<PredictOptions, "rules" | "sysctls"> {
  /** True to go on when all who came in a pause are decided. */
  readonly toTheEnd?: boolean;
}

/** One run of the model, to the end of the timetable or until all who came in a pause are decided. */
export function stormOf(
  demand: Demand,
  backlog: number,
  options: StormOptions,
  timetable: Timetable,
): StormResult {
  const { arrivalsMs, endMs } = timetable;
  return simulateStorm({
    rules: options.rules,
    connections: arrivalsMs.length,
    gapMs: (place) => (arrivalsMs[place] ?? 0) - (arrivalsMs[place - 1] ?? 0),
    delayMs: demand.roundTripMs / 2,
    backlog,
    // The limit is what is asked for: whether net.core.somaxconn permits it is told apart.
    sysctls: { "net.core.somaxconn": backlog, ...options.sysctls },
    workers: demand.acceptors,
    serviceMs: () => demand.acceptMs,
    acceptsAgainAtMs: (nowMs) => runsAgainAtMs(timetable, nowMs),
    ...(demand.patienceMs === null ? {} : { patienceMs: demand.patienceMs }),
    sampleEveryMs: null,
    untilMs: endMs,
    // Who came in a pause is what is asked for. A server that keeps up is calm once they are through.
    ...(isOverloaded(demand) || options.toTheEnd === true
      ? {}
      : { untilFirstAreDecided: countUntilLastPause(timetable) }),
  });
}

function summarize(timetable: Timetable, { refusals, acceptMs, longest, events }: StormResult): Run {
  const inPause = timetable.arrivalsMs.flatMap((atMs, place) => (isInPause(timetable, atMs) ? [place] : []));
  const wasRefused = (place: number): boolean => (refusals[place] ?? 0) > 0;
  const waitsMs = inPause.map((place) => acceptMs[place] ?? Number.NaN);
  return {
    refused: shareOf(inPause, wasRefused),
    refusedOfAll: shareOf([...timetable.arrivalsMs.keys()], wasRefused),
    lost: shareOf(waitsMs, Number.isNaN),
    waitsMs,
    peak: longest.acceptQueue,
    events,
  };
}

function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(holds).length / items.length;
}

/** Who was never accepted waits longest of all. */
function waitsOf(waitsMs: readonly number[]): Waits {
  const sorted = Float64Array.from(waitsMs, (ms) =>
    Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms,
  ).sort();
  const at = (quantile: number): number | null => {
    const ms = sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
    return ms === undefined || ms === Number.POSITIVE_INFINITY ? null : ms;
  };
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

function peakOf(peaks: readonly number[]): Prediction["peak"] {
  const sorted = [...peaks].sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}
