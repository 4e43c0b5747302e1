/**
 * What a load generator measured, in ab's rows. The statistics are those of ab, quirks included, so that the two programs'
 * tables can be laid beside each other; the lab uses them for its own clients.
 *
 * @module
 */
import { LOAD_FAILURES, type LoadFailure, type LoadRun, type LoadTimes } from "../../../load/index.ts";

/** One row of the table, in milliseconds. */
export interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly sd: number;
  readonly median: number;
  readonly max: number;
}

/** What the requests of a run come to. */
export interface LoadSummary {
  /** Requests that got a whole answer, whatever its status: the rows and the percentiles are about these, as in ab. */
  readonly completed: number;
  /** Requests with a failure; one with a whole answer of another status than 2xx is in both. */
  readonly failed: number;
  readonly failures: Readonly<Record<LoadFailure, number>>;
  /** Null when nothing was completed. */
  readonly connectMs: Spread | null;
  readonly processingMs: Spread | null;
  readonly waitingMs: Spread | null;
  readonly totalMs: Spread | null;
  readonly percentiles: readonly { readonly percent: number; readonly totalMs: number }[];
}

const PERCENTS = [50, 66, 75, 80, 90, 95, 98, 99, 100];

/** Counts and statistics of any requests. */
export function summarizeLoad(requests: readonly LoadTimes[]): LoadSummary {
  const complete = requests.filter(({ failure }) => failure === null || failure === "non-2xx");
  const failures = Object.fromEntries(LOAD_FAILURES.map((cause) => [cause, 0])) as Record<
    LoadFailure,
    number
  >;
  for (const { failure } of requests) if (failure !== null) failures[failure] += 1;
  const totals = sortedTimes(complete, "totalMs");
  return {
    completed: complete.length,
    failed: requests.filter(({ failure }) => failure !== null).length,
    failures,
    connectMs: spreadOf(sortedTimes(complete, "connectMs")),
    processingMs: spreadOf(sortedTimes(complete, "processingMs")),
    waitingMs: spreadOf(sortedTimes(complete, "waitingMs")),
    totalMs: spreadOf(totals),
    percentiles: percentilesOf(totals),
  };
}

/** The report as ab prints it. */
export function formatLoadReport(run: LoadRun, summary: LoadSummary = summarizeLoad(run.requests)): string {
  const { hostname, port, pathname, search } = new URL(run.url);
  const unfinished = run.requested - run.requests.length;
  return [
    field("Server Software:", run.serverSoftware ?? ""),
    field("Server Hostname:", hostname),
    field("Server Port:", port === "" ? "80" : port),
    field("Server Address:", run.address),
    "",
    field("Document Path:", `${pathname}${search}`),
    field("Document Length:", documentLength(run)),
    "",
    field("Concurrency Level:", `${run.concurrency ?? "none, connections are opened by a schedule"}`),
    field("Time taken for tests:", `${(run.durationMs / 1000).toFixed(3)} seconds`),
    ...(unfinished > 0 ? [field("Unfinished requests:", `${unfinished}`)] : []),
    field("Complete requests:", `${summary.completed}`),
    field("Failed requests:", `${summary.failed}`),
    ...causeLines(summary),
    ...trafficLines(run, summary),
    ...formatLoadTable(summary),
    "",
  ].join("\n");
}

/** The table of connection times and the percentiles, in ab's columns; no lines when nothing was completed. */
export function formatLoadTable(summary: LoadSummary): string[] {
  const { connectMs, processingMs, waitingMs, totalMs } = summary;
  if (connectMs === null || processingMs === null || waitingMs === null || totalMs === null) return [];
  return [
    "",
    "Connection Times (ms)",
    "              min  mean[+/-sd] median   max",
    row("Connect:", connectMs),
    row("Processing:", processingMs),
    row("Waiting:", waitingMs),
    row("Total:", totalMs),
    ...(summary.completed > 1 ? percentileLines(summary) : []),
  ];
}

function sortedTimes(requests: readonly LoadTimes[], key: Exclude<keyof LoadTimes, "failure">): number[] {
  return requests
    .map((request) => request[key])
    .filter((ms) => ms !== null)
    .sort((a, b) => a - b);
}

function spreadOf(sorted: readonly number[]): Spread | null {
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const mean = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
  const squares = sorted.reduce((sum, ms) => sum + (ms - mean) ** 2, 0);
  const sd = sorted.length > 1 ? Math.sqrt(squares / (sorted.length - 1)) : 0;
  return { min, mean, sd, median: medianOf(sorted), max };
}

/**
 * Not the textbook's median but ab's (support/ab.c, output_results): the upper one of the two middle values for an even
 * number, and for an odd one the mean of the middle value and the next above it.
 */
function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  if (sorted.length === 1 || sorted.length % 2 === 0) return upper;
  return (upper + (sorted[middle + 1] ?? upper)) / 2;
}

function percentilesOf(sorted: readonly number[]): { percent: number; totalMs: number }[] {
  if (sorted.length === 0) return [];
  return PERCENTS.map((percent) => {
    const index = Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1);
    return { percent, totalMs: sorted[index] ?? 0 };
  });
}

/** What was received in a run, in bytes: all of it, and the bodies alone. */
export function bytesOf({ requests }: LoadRun): { total: number; body: number } {
  return requests.reduce(
    (sum, { bytes, bodyBytes }) => ({ total: sum.total + bytes, body: sum.body + bodyBytes }),
    { total: 0, body: 0 },
  );
}

/** That of the first whole answer, as in ab. */
function documentLength({ requests }: LoadRun): string {
  const first = requests.find(({ failure }) => failure === null || failure === "non-2xx");
  return first === undefined ? "unknown" : `${first.bodyBytes} bytes`;
}

function causeLines({ failures }: LoadSummary): string[] {
  const causes = LOAD_FAILURES.filter((cause) => failures[cause] > 0).map(
    (cause) => `${cause}: ${failures[cause]}`,
  );
  return causes.length === 0 ? [] : [`   (${causes.join(", ")})`];
}

function trafficLines(run: LoadRun, { completed }: LoadSummary): string[] {
  const bytes = bytesOf(run);
  const lines = [
    field("Total transferred:", `${bytes.total} bytes`),
    field("HTML transferred:", `${bytes.body} bytes`),
  ];
  if (completed === 0 || run.durationMs <= 0) return lines;
  const eachMs = run.durationMs / completed;
  return [
    ...lines,
    field("Requests per second:", `${(1000 / eachMs).toFixed(2)} [#/sec] (mean)`),
    ...(run.concurrency === null
      ? []
      : [field("Time per request:", `${(run.concurrency * eachMs).toFixed(3)} [ms] (mean)`)]),
    field("Time per request:", `${eachMs.toFixed(3)} [ms] (mean, across all concurrent requests)`),
    field(
      "Transfer rate:",
      `${((bytes.total / 1024 / run.durationMs) * 1000).toFixed(2)} [Kbytes/sec] received`,
    ),
  ];
}

function percentileLines({ percentiles }: LoadSummary): string[] {
  return [
    "",
    "Percentage of the requests served within a certain time (ms)",
    ...percentiles.map(({ percent, totalMs }) => {
      const line = `${String(percent).padStart(4)}%  ${whole(totalMs, 5)}`;
      return percent === 100 ? `${line} (longest request)` : line;
    }),
  ];
}

function row(name: string, { min, mean, sd, median, max }: Spread): string {
  const columns = [whole(min, 5), whole(mean, 4), sd.toFixed(1).padStart(5), whole(median, 6), whole(max, 7)];
  return name.padEnd(12) + columns.join(" ");
}

function whole(ms: number, width: number): string {
  return String(Math.round(ms)).padStart(width);
}

function field(name: string, value: string): string {
  return `${name.padEnd(24)}${value}`.trimEnd();
}
