/**
 * The options of `listenq plan` as a demand: what was typed, and what was seen for the rest.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import {
  type Demand,
  type Observation,
  parsePauseList,
  pauseSeen,
  rateSeen,
} from "../../../core/plan/index.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { readTextFile } from "../../../system/files/text-file.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { parseRateOption, parseShareOption } from "../rate-option.ts";
import type { PlanSourceOptions } from "./plan-sources.ts";

/** The options that say what a listener must bear, as they were typed. */
export interface DemandOptions extends PlanSourceOptions {
  readonly rate?: string;
  readonly pause?: string;
  readonly pauses?: string;
  readonly coldStart?: string;
  readonly every?: string;
  readonly patience: string;
  readonly acceptTime: string;
  readonly turn?: string;
  readonly acceptsPerTurn: string;
  readonly acceptors: string;
  readonly reuseport: string;
  readonly roundTrip: string;
  readonly arrivals: string;
  readonly share: string;
}

/** What was typed counts more than what was seen. @throws {UsageError} that names the option */
export function demandOf(options: DemandOptions, observation: Observation | null): Demand {
  checkNamed(options);
  const { arrivals } = options;
  if (arrivals !== "poisson" && arrivals !== "even")
    throw new UsageError(`--arrivals must be poisson or even, got ${shownWord(arrivals)}`);
  const groupSize = parseIntegerOption("--reuseport", options.reuseport, 1, 1024);
  return {
    ...(groupSize === 1 ? {} : { groupSize }),
    ratePerSecond: rateOf(options, observation) / groupSize,
    arrivals,
    ...pausesOf(options, observation),
    acceptMs: acceptMsOf(options),
    acceptors: parseIntegerOption("--acceptors", options.acceptors, 1, 100_000),
    patienceMs: parseDurationOption("--patience", options.patience),
    roundTripMs: parseDurationOption("--round-trip", options.roundTrip),
    share: parseShareOption("--share", options.share),
  };
}

/** @throws {UsageError} where neither numbers nor a source are given, or one number twice */
function checkNamed({ rate, pause, pauses, coldStart, every, ...sources }: DemandOptions): void {
  const { fromRecording, fromCapture, fromPort } = sources;
  const hasSource = fromRecording !== undefined || fromCapture !== undefined || fromPort !== undefined;
  const given = [pause, pauses, coldStart].filter((one) => one !== undefined).length;
  if (given > 1)
    throw new UsageError("one of --pause, --pauses and --cold-start is enough: plan for each in turn");
  if (coldStart !== undefined && every !== undefined)
    throw new UsageError("--cold-start does not recur: it goes without --every");
  if (hasSource || (rate !== undefined && given === 1)) return;
  const missing = rate === undefined ? "--rate" : "--pause";
  throw new UsageError(
    `${missing} is missing, such as ${rate === undefined ? "--rate 2000/s" : "--pause 500ms"}; or let it be seen by --from-recording, --from-capture or --from-port`,
  );
}

/** Of all listeners of the group together. */
function rateOf({ rate }: DemandOptions, observation: Observation | null): number {
  if (rate !== undefined) return parseRateOption("--rate", rate);
  return observation === null ? 0 : rateSeen(observation);
}

function pausesOf(
  options: DemandOptions,
  observation: Observation | null,
): Pick<Demand, "pauseMs" | "pauseEveryMs" | "pausesMs"> {
  const everyMs = options.every === undefined ? null : parseDurationOption("--every", options.every);
  if (options.pauses !== undefined) {
    const pausesMs = parsePauseList(readTextFile("--pauses", options.pauses), options.pauses);
    return { pauseMs: pausesMs.reduce((most, ms) => Math.max(most, ms), 0), pausesMs, pauseEveryMs: everyMs };
  }
  if (options.coldStart !== undefined)
    return { pauseMs: parseDurationOption("--cold-start", options.coldStart), pauseEveryMs: null };
  if (options.pause !== undefined)
    return { pauseMs: parseDurationOption("--pause", options.pause), pauseEveryMs: everyMs };
  const seen = observation === null ? { pauseMs: 0, pauseEveryMs: null } : pauseSeen(observation);
  return { pauseMs: seen.pauseMs, pauseEveryMs: everyMs ?? seen.pauseEveryMs };
}

/** An event loop takes some connections in each of its turns, whatever else the turn does. */
function acceptMsOf({ acceptTime, turn, acceptsPerTurn }: DemandOptions): number {
  const each = parseIntegerOption("--accepts-per-turn", acceptsPerTurn, 1, 100_000);
  if (turn !== undefined) return turnMsOf(turn) / each;
  if (each > 1) throw new UsageError("--accepts-per-turn says how many --turn takes: it needs that option");
  return parseDurationOption("--accept-time", acceptTime);
}

/** `--accept-time 0ms` says that accepting costs nothing; a turn that takes nothing is a typing mistake. */
function turnMsOf(text: string): number {
  const ms = parseDurationOption("--turn", text);
  if (ms > 0) return ms;
  throw new UsageError(`--turn must be longer than nothing, such as 5ms, got ${text}`);
}
