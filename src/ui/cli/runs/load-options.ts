/**
 * The options of `listenq load`, as values.
 *
 * @module
 */

import { cpus } from "node:os";
import { UsageError } from "../../../core/errors.ts";
import {
  type Arrivals,
  type LoadSchedule,
  MOST_CONNECTIONS,
  parseArrivalList,
  scheduleOf,
} from "../../../core/load/index.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import { formatDuration } from "../../../core/scenario/units.ts";
import { readTextFile } from "../../../system/files/text-file.ts";
import type { Pace } from "../../../system/load/generator-job.ts";
import { parseDurationOption } from "../options/duration-option.ts";
import { parseIntegerOption } from "../options/number-option.ts";
import { parseRateOption } from "../rate-option.ts";

/** The options of `load`, as they were typed. */
export interface LoadFlags {
  readonly requests?: string;
  readonly concurrency?: string;
  readonly rate?: string;
  readonly arrivals: string;
  readonly burst?: readonly string[];
  readonly replay?: string;
  readonly duration: string;
  readonly seed: string;
  readonly threads?: string;
  readonly timeout: string;
  readonly send?: string;
  readonly strict?: true;
  readonly failOnErrors?: true;
  readonly yesThisIsMine?: string;
  readonly view?: string;
  readonly report?: string;
  readonly hgrm?: string;
  readonly json?: true;
}

/** When connections are opened, and by how many processes. */
export interface LoadPace {
  readonly pace: Pace;
  /** Null in a closed loop. */
  readonly schedule: LoadSchedule | null;
  readonly threads: number;
  /** Whether connections are opened by other processes than this one, which looks at the server meanwhile. */
  readonly isApart: boolean;
}

/** ab's own bound on -c. */
const MOST_AT_ONCE = 20_000;
const LONGEST_RUN_MS = 86_400_000;
const MOST_THREADS = 64;
/** One process opens twice as many, but then it is late now and then. */
const RATE_A_THREAD = 6000;
/** In a closed loop a second process takes half a second to start, and brings nothing to a few connections at once. */
const WORTH_TWO_PROCESSES = 10_000;
const AT_ONCE_FOR_TWO = 16;
/** A look at the server takes milliseconds where it has many connections. */
const WORTH_A_PROCESS = 1000;

/** @throws {UsageError} that names the option */
export function paceOf(flags: LoadFlags): LoadPace {
  const arrivals = arrivalOptions(flags);
  const isOpen = flags.rate !== undefined || flags.burst !== undefined || flags.replay !== undefined;
  const given = isOpen ? openPace(flags, arrivals) : closedPace(flags);
  const threads =
    flags.threads === undefined
      ? threadsFor(given.pace, given.schedule?.durationMs ?? 0)
      : parseIntegerOption("--threads", flags.threads, 1, MOST_THREADS);
  const most = Math.min(threads, atMostThreads(given.pace));
  const isLong = given.pace.loop === "open" && given.pace.intendedMs.length >= WORTH_A_PROCESS;
  return { ...given, threads: most, isApart: most > 1 || isLong };
}

/** `500 every 10s` as the shell splits it; a URL that follows is not part of it. */
export function burstOf(words: readonly string[]): {
  count: number;
  everyMs: number;
  rest: readonly string[];
} {
  const text = words[0]?.includes(" ") === true ? words[0].split(/\s+/) : words.slice(0, 3);
  const rest = words.slice(words[0]?.includes(" ") === true ? 1 : 3);
  const [count, every, duration] = text;
  if (every !== "every" || duration === undefined)
    throw new UsageError(`--burst must be such as 500 every 10s, got ${shownWord(words.join(" "))}`);
  return {
    count: parseIntegerOption("--burst", count ?? "", 1, MOST_CONNECTIONS),
    everyMs: parseDurationOption("--burst", duration, 1),
    rest,
  };
}

function closedPace(flags: LoadFlags): Omit<LoadPace, "threads" | "isApart"> {
  const requests = parseIntegerOption("-n", flags.requests ?? "1", 1, MOST_CONNECTIONS);
  const concurrency = parseIntegerOption("-c", flags.concurrency ?? "1", 1, MOST_AT_ONCE);
  if (concurrency > requests)
    throw new UsageError(`-c must not be more than -n, got -c ${concurrency} with -n ${requests}`);
  if (flags.strict === true)
    throw new UsageError("--strict is about a schedule: it needs --rate, --burst or --replay");
  return { pace: { loop: "closed", requests, concurrency }, schedule: null };
}

interface ArrivalOptions {
  readonly durationMs: number;
  readonly arrivals: Arrivals;
  readonly seed: number;
}

function arrivalOptions(flags: LoadFlags): ArrivalOptions {
  const durationMs = parseDurationOption("--duration", flags.duration, 1);
  if (durationMs > LONGEST_RUN_MS)
    throw new UsageError(`--duration must be at most 24h, got ${flags.duration}`);
  const seed = parseIntegerOption("--seed", flags.seed, 0, 2_147_483_647);
  return { durationMs, arrivals: arrivalsOf(flags.arrivals), seed };
}

function openPace(
  flags: LoadFlags,
  { durationMs, arrivals, seed }: ArrivalOptions,
): Omit<LoadPace, "threads" | "isApart"> {
  const name = flags.requests === undefined ? "-c" : "-n";
  if (flags.requests !== undefined || flags.concurrency !== undefined)
    throw new UsageError(
      `${name} is of a closed loop; with --rate, --burst or --replay the schedule says how many`,
    );
  if (flags.replay !== undefined) return replayPace(flags, flags.replay);
  const ratePerSecond = flags.rate === undefined ? null : parseRateOption("--rate", flags.rate);
  const burst = flags.burst === undefined ? null : burstOf(flags.burst);
  const stream = ratePerSecond === null ? null : { ratePerSecond, arrivals, seed };
  const intendedMs = scheduleOf(stream, burst, durationMs);
  if (intendedMs.length === 0)
    throw new UsageError(
      `no connection comes in ${formatDuration(durationMs)} at --rate ${flags.rate}: raise one of them`,
    );
  const text = [
    ...(stream === null
      ? []
      : [`${flags.rate}, ${arrivals}${arrivals === "poisson" ? `, seed ${seed}` : ""}`]),
    ...(burst === null ? [] : [`bursts of ${burst.count} every ${formatDuration(burst.everyMs)}`]),
  ].join(", and ");
  return { pace: { loop: "open", intendedMs }, schedule: { text, durationMs } };
}

function arrivalsOf(word: string): Arrivals {
  if (word === "poisson" || word === "even") return word;
  throw new UsageError(`--arrivals must be poisson or even, got ${shownWord(word)}`);
}

function replayPace({ rate, burst }: LoadFlags, file: string): Omit<LoadPace, "threads" | "isApart"> {
  if (rate !== undefined || burst !== undefined)
    throw new UsageError("--replay is a whole schedule: it goes without --rate and --burst");
  const intendedMs = parseArrivalList(readTextFile("--replay", file), file);
  const durationMs = intendedMs.at(-1) ?? 0;
  if (durationMs > LONGEST_RUN_MS) throw new UsageError(`${file}: the arrivals take more than 24h`);
  return {
    pace: { loop: "open", intendedMs },
    schedule: { text: `${intendedMs.length} arrivals of ${file}`, durationMs },
  };
}

function threadsFor(pace: Pace, durationMs: number): number {
  if (pace.loop === "closed") {
    const isWorthIt = pace.requests >= WORTH_TWO_PROCESSES && pace.concurrency >= AT_ONCE_FOR_TWO;
    return isWorthIt ? Math.min(2, cpus().length) : 1;
  }
  const perSecond = (pace.intendedMs.length * 1000) / Math.max(1000, durationMs);
  return Math.min(cpus().length, Math.max(1, Math.ceil(perSecond / RATE_A_THREAD)));
}

function atMostThreads(pace: Pace): number {
  return pace.loop === "closed" ? pace.concurrency : Math.max(1, pace.intendedMs.length);
}

/** What is sent instead of an HTTP request, with `\\r`, `\\n` and `\\xHH` as bytes; null without it. @throws {UsageError} */
export function rawRequestOf({ send }: LoadFlags): Uint8Array | null {
  if (send === undefined) return null;
  if (send === "") throw new UsageError("--send must not be empty: a server that is sent nothing waits");
  const text = send.replaceAll(/\\(r|n|x[0-9a-fA-F]{2})/g, (_, code: string) =>
    code === "r" ? "\r" : code === "n" ? "\n" : String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
  return Buffer.from(text, "latin1");
}
