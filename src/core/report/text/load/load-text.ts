/**
 * The report of a load: what the generator has to say about itself, then what became of the connections, the steps of SYNs
 * sent again, and the server's queues beside it.
 *
 * @module
 */
import {
  connectSteps,
  courseOf,
  FAILURE_WORDS,
  histogramOf,
  LATE_MS,
  LOAD_FAILURES,
  type LoadRequest,
  type LoadRun,
  QUANTILES,
  quantileOf,
  startVerdict,
} from "../../../load/index.ts";
import { formatDuration } from "../../../scenario/index.ts";
import { columns } from "../../layout/columns.ts";
import type { Paint } from "../../layout/paint.ts";
import { wrap } from "../../layout/text-layout.ts";
import { summarizeLoad } from "./load-table.ts";

/** How wide, and in which colours. */
export interface LoadStyle {
  readonly width: number;
  readonly paint: Paint;
}

/** The text, with a newline at the end. */
export function formatLoad(run: LoadRun, style: LoadStyle): string {
  const parts = [
    wrap(style.paint("title", verdictLine(run)), style.width, ""),
    outcomeLines(run),
    timeTable(run),
    stepLines(run),
    histogramLines(run),
    courseLines(run),
    counterLines(run, style.width),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The generator's verdict on itself, in one sentence. */
export function verdictLine(run: LoadRun): string {
  const verdict = startVerdict(run);
  if (verdict === null)
    return "closed loop: each connection waited for another one's end, so a slow server was sent less.";
  if (run.requests.length === 0)
    return "the run was ended before a connection came to an end: nothing is known.";
  const { isKept, p99Ms, mostMs, late, ownFailures } = verdict;
  const error = `start error p99 ${exact(p99Ms)}, most ${exact(mostMs)}`;
  if (isKept) return `the generator kept its schedule: ${error}`;
  if (ownFailures > 0)
    return `the generator did not keep its schedule: this machine could not open ${ownFailures} of the connections; ${error}`;
  return `the generator did not keep its schedule: ${late} of ${run.requests.length} connections were opened more than ${LATE_MS} ms late; ${error}. Times from the intended start hold all the same.`;
}

function outcomeLines(run: LoadRun): string[] {
  const { completed, failed, failures } = summarizeLoad(run.requests);
  const pace = run.schedule?.text ?? `${run.requested} requests, ${run.concurrency} at once`;
  const unfinished = run.requested - run.requests.length;
  const perSecond = run.durationMs > 0 ? (completed * 1000) / run.durationMs : 0;
  const threads = run.threads > 1 ? `, ${run.threads} threads` : "";
  return [
    `${run.address}: ${pace}, ${formatDuration(run.durationMs)}${threads}`,
    `${completed} answered (${perSecond.toFixed(0)}/s), ${failed} failed${unfinished > 0 ? `, ${unfinished} not finished when the run was ended` : ""}`,
    ...LOAD_FAILURES.filter((cause) => failures[cause] > 0).map(
      (cause) => `  ${failures[cause]} ${cause}: ${FAILURE_WORDS[cause]}`,
    ),
  ];
}

/** Both clocks: what a client that comes on time meets, and what the call itself took. */
function timeTable({ requests, schedule }: LoadRun): string[] {
  const offset = ({ at, intendedAt }: LoadRequest): number => Math.max(0, at - intendedAt);
  const rows = TIMES.flatMap(([name, read]) => {
    const own = requests.flatMap((request) => read(request) ?? []);
    if (own.length === 0) return [];
    const fromIntended = requests.flatMap((request) => {
      const ms = read(request);
      return ms === null ? [] : ms + offset(request);
    });
    return schedule === null
      ? [[name, "connect()", ...quantileCells(own)]]
      : [
          [name, "intended start", ...quantileCells(fromIntended)],
          ["", "connect()", ...quantileCells(own)],
        ];
  });
  if (rows.length === 0) return [];
  return columns(["", "FROM", ...QUANTILES.map(quantileName)], rows, [2, 3, 4, 5, 6]);
}

const TIMES: readonly (readonly [name: string, read: (request: LoadRequest) => number | null])[] = [
  ["connected", ({ connectMs }) => connectMs],
  ["first byte", ({ firstByteMs }) => firstByteMs],
  [
    "closed by server",
    ({ totalMs, failure }) => (failure === null || failure === "non-2xx" ? totalMs : null),
  ],
];

function quantileCells(timesMs: readonly number[]): string[] {
  const sorted = Float64Array.from(timesMs).sort();
  return QUANTILES.map((share) => exact(quantileOf(sorted, share) ?? 0));
}

function quantileName(share: number): string {
  return share === 1 ? "most" : `p${Number((share * 100).toFixed(1))}`;
}

function stepLines({ requests, synLadderMs }: LoadRun): string[] {
  const steps = connectSteps(requests, synLadderMs);
  if (steps.length === 0 || (steps.length === 1 && steps[0]?.synResends === 0)) return [];
  const rows = steps.map((step) => [
    String(step.synResends),
    step.expectedMs === null ? "" : formatDuration(step.expectedMs),
    String(step.connected),
    step.leastMs === null || step.mostMs === null ? "" : `${exact(step.leastMs)} to ${exact(step.mostMs)}`,
    step.failed === 0 ? "" : String(step.failed),
  ]);
  const head = ["SYNS SENT AGAIN", "BY THE LADDER AT", "CONNECTED", "AFTER", "FAILED"];
  return columns(head, rows, [0, 1, 2, 4]);
}

const BAR_WIDTH = 40;

function histogramLines({ requests, synLadderMs }: LoadRun): string[] {
  const times = requests.flatMap(({ connectMs, at, intendedAt }) =>
    connectMs === null ? [] : connectMs + Math.max(0, at - intendedAt),
  );
  const bins = histogramOf(times, synLadderMs);
  const most = bins.reduce((largest, { count }) => Math.max(largest, count), 0);
  const rows = bins.map(({ fromMs, untilMs, count, resends }) => [
    `${exact(fromMs)} to ${exact(untilMs)}`,
    String(count),
    "#".repeat(Math.ceil((count / most) * BAR_WIDTH)).padEnd(BAR_WIDTH),
    resends.length === 0 || count === 0 ? "" : `SYN ${resends.map((one) => one + 1).join(", ")} goes here`,
  ]);
  return rows.length === 0 ? [] : columns(["CONNECTED AFTER", "COUNT", "", ""], rows, [1]);
}

function courseLines(run: LoadRun): string[] {
  if (run.schedule === null && run.server === null) return [];
  const cell = (value: number | null): string => (value === null ? "-" : String(value));
  const rows = courseOf(run).map((piece) => [
    formatDuration(piece.fromMs),
    String(piece.opened),
    String(piece.connected),
    String(piece.synResends),
    String(piece.failed),
    cell(piece.acceptQueue),
    cell(piece.synQueue),
    cell(piece.limit),
    cell(piece.drops),
  ]);
  const head = [
    "FROM",
    "OPENED",
    "CONNECTED",
    "SYNS AGAIN",
    "FAILED",
    "ACCEPT QUEUE",
    "SYN QUEUE",
    "LIMIT",
    "DROPS",
  ];
  return columns(head, rows, [...head.keys()]);
}

/** The others are in the document: a load makes every counter of connections rise. */
const REFUSAL_COUNTERS = /^(Listen|TCPReqQFull|Syncookies|TCPDeferAcceptDrop|TCPBacklogDrop|TCPMigrate)/;

function counterLines({ server }: LoadRun, width: number): string[] {
  if (server === null)
    return ["no listener of this namespace has that endpoint: the server's queues were not seen"];
  const rises = Object.entries(server.counters).filter(
    ([name, rise]) => REFUSAL_COUNTERS.test(name) && rise !== null && rise > 0,
  );
  const text =
    rises.length === 0
      ? "no counter of refused or dropped connections rose in this namespace"
      : `this namespace's counters rose: ${rises.map(([name, rise]) => `${name} ${rise}`).join(", ")}`;
  return wrap(text, width, "");
}

/** Times of a generator differ in parts of a millisecond. */
function exact(ms: number): string {
  return ms < 9.95 ? `${Number(ms.toFixed(2))} ms` : formatDuration(ms);
}
