/**
 * The screens of `top`, drawn with ink: data in, text out. They know neither the kernel nor the clock.
 *
 * @module
 */
import { Box } from "ink";
import { createElement as h, type ReactNode } from "react";
import { printable } from "../../core/report/layout/printable.ts";
import { wrap } from "../../core/report/layout/text-layout.ts";
import { layOutSample, lineTone, type SampleLine } from "../../core/report/text/sample-table.ts";
import { COLOURS, line, type ScreenSize, screenBox, toneOf } from "./screen-lines.ts";
import { lineKey, type TopState } from "./top-state.ts";

/** What the table is drawn from. */
export interface TableScreen {
  readonly state: TopState;
  /** How many listeners the filter leaves. */
  readonly count: number;
  /** Those that fit, with their findings. */
  readonly page: readonly SampleLine[];
}

/** Lines of the table's screen that are not listeners: two above, the heading, two below. */
const FRAME_LINES = 5;

/** How many listeners fit. */
export function pageLinesOf({ rows }: ScreenSize): number {
  return Math.max(1, rows - FRAME_LINES - 1);
}

/** The table with its frame. */
export function tableView({ state, count, page }: TableScreen, size: ScreenSize): ReactNode {
  const { heading, rows } = layOutSample(page, size.columns - 1);
  return h(
    Box,
    screenBox(size),
    line(summary(state, count, size), size, { bold: true }),
    line(coverage(state, size), size, { dimColor: true }),
    line(` ${heading}`.padEnd(size.columns), size, { inverse: true }),
    ...page.map((one, place) => listenerLine(one, rows[place] ?? "", state, size)),
    ...(count === 0 ? [line(emptySentence(state), size, {})] : []),
    selectedFinding(state, page, size),
    line(footer(state), size, { dimColor: true }),
  );
}

/** The worst finding of the listener under the cursor: its column is the first to go on a narrow terminal. */
function selectedFinding({ selected }: TopState, page: readonly SampleLine[], size: ScreenSize): ReactNode {
  const worst = page.find((one) => lineKey(one) === selected)?.findings[0];
  if (worst === undefined) return line("", size, {});
  return line(`${worst.severity} ${worst.code}: ${printable(worst.title)}`, size, toneOf(worst));
}

const HELP = [
  ["q, Ctrl-C", "quit"],
  ["arrows j k PgUp PgDn g G", "move; Home and End go to the first and the last"],
  [
    "Enter",
    "open one listener: queues over time, who waits, what is wrong and what to do; the arrows scroll it",
  ],
  ["Esc", "back; in the table it takes the filter away"],
  ["/ \\ o", "filter by address, port, process, container or namespace"],
  ["s > <", "next order, or the one before"],
  ["C L P F D S N", "by capacity used, length, peak, time full, drops, SYN queue, name"],
  ["r R I", "the other way round"],
  ["p, space", "pause"],
  ["Ctrl-Z", "to the shell; fg comes back"],
] as const;

const COLUMNS_HELP = [
  ["QUEUE", "connections that wait for accept(), of how many fit"],
  [
    "PEAK",
    "the longest of the last 60 s; * no look saw it, the drops tell; 0..12 looks saw 0, and by what the kernel told it was 12 at most",
  ],
  ["FULL", "how long the queue stood at its capacity since top began"],
  ["DROPS/S", "rise of the kernel's counter; a refused final ACK counts twice in it"],
  ["SYN", "handshakes not finished, of how many are kept"],
  ["FINDING", "the worst of the last ten intervals; Enter tells all of them"],
] as const;

const KEYS_WIDTH = 26;
const HEADING_WIDTH = 9;

/** What the keys do, and then what the columns mean, as far as there is room. */
export function helpView(size: ScreenSize): ReactNode {
  const lines = [
    ...HELP.flatMap(([keys, does]) => helpLines(keys, does, KEYS_WIDTH, size)),
    "",
    ...COLUMNS_HELP.flatMap(([heading, means]) => helpLines(heading, means, HEADING_WIDTH, size)),
    "",
  ];
  const shown = [...lines.slice(0, Math.max(0, size.rows - 2)), "any key: back"];
  return h(Box, screenBox(size), ...shown.map((text) => line(text, size, {})));
}

/** What is explained, and beside it what it is, on as many lines as that takes. */
function helpLines(name: string, text: string, nameWidth: number, { columns }: ScreenSize): string[] {
  const [first = "", ...rest] = wrap(text, columns, " ".repeat(nameWidth));
  return [name.padEnd(nameWidth) + first.slice(nameWidth), ...rest];
}

function listenerLine(one: SampleLine, text: string, { selected }: TopState, size: ScreenSize): ReactNode {
  const tone = lineTone(one);
  const isSelected = lineKey(one) === selected;
  // A terminal without colours has no inverse either, so the cursor is a character too.
  const mark = isSelected ? `>${text}`.padEnd(size.columns) : ` ${text}`;
  return line(mark, size, {
    ...(tone === "plain" ? {} : { color: COLOURS[tone] }),
    ...(isSelected ? { inverse: true } : {}),
  });
}

/** The page that has the cursor on it. */
export function pageOf(lines: readonly SampleLine[], selected: string | null, most: number): SampleLine[] {
  const place = Math.max(
    0,
    lines.findIndex((one) => lineKey(one) === selected),
  );
  const first = Math.floor(place / most) * most;
  return lines.slice(first, first + most);
}

/** On a narrow terminal the sum of drops gives way: each line has its own. */
function summary(state: TopState, shown: number, { columns }: ScreenSize): string {
  const { sample, isPaused, order, isReversed } = state;
  if (sample === null) return "listenq top: the first look";
  const full = sample.listeners.filter(
    ({ acceptQueue }) => acceptQueue.length >= acceptQueue.capacity,
  ).length;
  const drops = sample.listeners.reduce((sum, { dropsPerSecond }) => sum + dropsPerSecond, 0);
  const time = `${sample.takenAt.slice(11, 19)}Z${isPaused ? "  PAUSED" : ""}`;
  const counts = `${time}  ${shown} of ${sample.listeners.length} listeners, ${full} full`;
  const by = `  by ${order}${isReversed ? " reversed" : ""}`;
  const whole = `${counts}, ${drops.toFixed(1)} drops/s${by}`;
  return whole.length <= columns ? whole : counts + by;
}

function coverage({ sample, processShare }: TopState, { columns }: ScreenSize): string {
  if (sample === null) return "";
  const { watched, all, cpuShare } = sample.coverage;
  const [often, seldom] = [watched, all].map(({ everyMs }) => `${Math.round(everyMs)} ms`);
  const top = processShare === null ? "" : `, top ${percentText(processShare)}`;
  const whole = `looks every ${often} at filled queues, ${seldom} at others: ${percentText(cpuShare)}${top} of a core`;
  return whole.length <= columns
    ? whole
    : `looks every ${often} and ${seldom}: ${percentText(cpuShare)}${top} of a core`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function footer({ isTyping, filter }: TopState): string {
  if (isTyping) return `/${filter}_`;
  const filtered = filter === "" ? "" : `filter ${filter} (Esc)   `;
  return `${filtered}q quit  / filter  s sort  Enter open  p pause  ? help`;
}

function emptySentence({ filter, sample }: TopState): string {
  if (sample === null) return "";
  return filter === "" ? "no listeners" : `no listener fits ${filter}`;
}
