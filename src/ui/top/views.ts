/**
 * The screens of `top`, drawn with ink: data in, text out. They know neither the kernel nor the clock.
 *
 * @module
 */
import { Box, Text } from "ink";
import { createElement as h, type ReactNode } from "react";
import type { Finding } from "../../core/finding.ts";
import { findForListener } from "../../core/findings/detect.ts";
import type { LiveFacts, WaitingFacts } from "../../core/listener/facts.ts";
import { printable } from "../../core/report/layout/printable.ts";
import { sparkline } from "../../core/report/layout/sparkline.ts";
import { wrap } from "../../core/report/layout/text-layout.ts";
import {
  causeText,
  durationText,
  layOutSample,
  lineTone,
  listenerText,
  type SampleLine,
} from "../../core/report/text/sample-table.ts";
import type { QueueHistory } from "./queue-history.ts";
import { lineKey, type TopState, visibleLines, withFindings } from "./top-state.ts";

/** Columns and rows of the terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines of the table's screen that are not listeners: two above, the heading, two below. */
const FRAME_LINES = 5;
const COLOURS = { bad: "red", warning: "yellow" } as const;

/** How many listeners fit. */
export function pageLinesOf({ rows }: ScreenSize): number {
  return Math.max(1, rows - FRAME_LINES - 1);
}

/** The table with its frame. */
export function tableView(state: TopState, size: ScreenSize): ReactNode {
  const lines = visibleLines(state);
  const page = withFindings(state, pageOf(lines, state.selected, pageLinesOf(size)));
  const { heading, rows } = layOutSample(page, size.columns - 1);
  return h(
    Box,
    screenBox(size),
    line(summary(state, lines.length), size, { bold: true }),
    line(coverage(state), size, { dimColor: true }),
    line(` ${heading}`.padEnd(size.columns), size, { inverse: true }),
    ...page.map((one, place) => listenerLine(one, rows[place] ?? "", state, size)),
    ...(lines.length === 0 ? [line(emptySentence(state), size, {})] : []),
    selectedFinding(state, page, size),
    line(footer(state), size, { dimColor: true }),
  );
}

/** The worst finding of the listener under the cursor: its column is the first to go on a narrow terminal. */
function selectedFinding({ selected }: TopState, lines: readonly SampleLine[], size: ScreenSize): ReactNode {
  const worst = lines.find((one) => lineKey(one) === selected)?.findings[0];
  if (worst === undefined) return line("", size, {});
  return line(`${worst.severity} ${worst.code}: ${printable(worst.title)}`, size, toneOf(worst));
}

/** One listener, opened; `facts` are what the last samples and a closer look say of it. */
export function detailView(
  one: SampleLine,
  history: QueueHistory | undefined,
  facts: LiveFacts | null,
  size: ScreenSize,
): ReactNode {
  const { listener } = one;
  const width = Math.max(10, size.columns - 2);
  const { capacity } = listener.acceptQueue;
  const synTop = listener.synQueue.capacity ?? 1;
  return h(
    Box,
    screenBox(size),
    line(listenerText(one), size, { bold: true }),
    ...detailSentences(one, facts?.waiting ?? null).map((sentence) => line(sentence, size, {})),
    line(`accept queue, longest of each interval, a full bar is its capacity ${capacity}`, size, {
      dimColor: true,
    }),
    line(`[${sparkline(history?.accept ?? [], capacity, width)}]`, size, { color: "cyan" }),
    line(`SYN queue, a full bar is ${Number.isFinite(synTop) ? synTop : "its longest"}`, size, {
      dimColor: true,
    }),
    line(`[${sparkline(history?.syn ?? [], synBarTop(history, synTop), width)}]`, size, { color: "cyan" }),
    ...findingLines(facts, size),
    line("Esc back   p pause   q quit", size, { dimColor: true }),
  );
}

/** Lines of an opened listener besides its findings. */
const DETAIL_LINES = 12;

/** What is wrong with it, the worst first, each with the first thing to do, as far as there is room. */
function findingLines(facts: LiveFacts | null, size: ScreenSize): ReactNode[] {
  const findings = facts === null ? [] : findForListener(facts);
  if (findings.length === 0) return [line("no findings in the last ten intervals", size, { dimColor: true })];
  const room = Math.max(2, size.rows - DETAIL_LINES - 1);
  return findings.flatMap((finding) => findingText(finding, size)).slice(0, room);
}

/** What to do stands before what it was told from, which gives way on a small screen. */
function findingText(finding: Finding, size: ScreenSize): ReactNode[] {
  const { severity, code, title, evidence, remedy } = finding;
  const [first] = remedy;
  const paragraph = (text: string, indent: string, look: Look): ReactNode[] =>
    wrap(printable(text), size.columns, indent).map((one) => line(one, size, look));
  return [
    ...paragraph(`${severity} ${code}: ${title}`, "", { bold: true, ...toneOf(finding) }),
    ...(first === undefined ? [] : paragraph(`do: ${first}`, "  ", {})),
    ...paragraph(evidence.text, "  ", { dimColor: true }),
  ];
}

function toneOf({ severity }: Finding): Look {
  const colour = { critical: COLOURS.bad, warning: COLOURS.warning, info: undefined }[severity];
  return colour === undefined ? {} : { color: colour };
}

const HELP = [
  ["q, Ctrl-C", "quit"],
  ["arrows j k PgUp PgDn g G", "move; Home and End go to the first and the last"],
  ["Enter", "open one listener: queues over time, who waits, what is wrong and what to do"],
  ["Esc", "back; in the table it takes the filter away"],
  ["/ \\ o", "filter by address, port, process, container or namespace"],
  ["s > <", "next order, or the one before"],
  ["C L P F D S N", "by capacity used, length, peak, time full, drops, SYN queue, name"],
  ["r R I", "the other way round"],
  ["p, space", "pause"],
] as const;

/** What the keys do. */
export function helpView(size: ScreenSize): ReactNode {
  const lines = [
    ...HELP.flatMap(([keys, does]) => helpLines(keys, does, size)),
    "",
    "QUEUE    connections that wait for accept(), of how many fit",
    "PEAK     the longest of the last 60 s; * no look saw it, the drops tell",
    "FULL     how long the queue stood at its capacity since top began",
    "DROPS/S  rise of the kernel's counter; a refused final ACK counts twice in it",
    "SYN      handshakes not finished, of how many are kept",
    "FINDING  the worst of the last ten intervals; Enter tells all of them",
    "",
    "any key: back",
  ];
  return h(Box, screenBox(size), ...lines.map((text) => line(text, size, {})));
}

const KEYS_WIDTH = 26;

/** The keys, and beside them what they do, on as many lines as that takes. */
function helpLines(keys: string, does: string, { columns }: ScreenSize): string[] {
  const [first = "", ...rest] = wrap(does, columns, " ".repeat(KEYS_WIDTH));
  return [keys.padEnd(KEYS_WIDTH) + first.slice(KEYS_WIDTH), ...rest];
}

/** As wide as it was told, whatever ink thinks of the terminal. */
function screenBox({ columns }: ScreenSize): { flexDirection: "column"; width: number; flexShrink: number } {
  return { flexDirection: "column", width: columns, flexShrink: 0 };
}

interface Look {
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly color?: string;
}

function line(text: string, { columns }: ScreenSize, look: Look): ReactNode {
  // A line of its own even if it is empty, and never two.
  return h(Text, { ...look, wrap: "truncate-end" }, text === "" ? " " : text.slice(0, columns));
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
function pageOf(lines: readonly SampleLine[], selected: string | null, most: number): SampleLine[] {
  const place = Math.max(
    0,
    lines.findIndex((one) => lineKey(one) === selected),
  );
  const first = Math.floor(place / most) * most;
  return lines.slice(first, first + most);
}

function summary({ sample, isPaused, order, isReversed }: TopState, shown: number): string {
  if (sample === null) return "listenq top: the first look";
  const full = sample.listeners.filter(
    ({ acceptQueue }) => acceptQueue.length >= acceptQueue.capacity,
  ).length;
  const drops = sample.listeners.reduce((sum, { dropsPerSecond }) => sum + dropsPerSecond, 0);
  const time = sample.takenAt.slice(11, 19);
  const paused = isPaused ? "  PAUSED" : "";
  return `${time}Z  ${shown} of ${sample.listeners.length} listeners, ${full} full, ${drops.toFixed(1)} drops/s  by ${order}${isReversed ? " reversed" : ""}${paused}`;
}

function coverage({ sample, processShare }: TopState): string {
  if (sample === null) return "";
  const { watched, all, cpuShare } = sample.coverage;
  return `looks every ${Math.round(watched.everyMs)} ms where queues filled, ${Math.round(all.everyMs)} ms elsewhere; looking takes ${percentText(cpuShare)} of a core${processShare === null ? "" : `, all of top ${percentText(processShare)}`}`;
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

function detailSentences({ listener, namespace }: SampleLine, waiting: WaitingFacts | null): string[] {
  const { acceptQueue, peak, process, container, synQueue, rise } = listener;
  const who = process === null ? "no visible process" : `${printable(process.name)} ${process.pid}`;
  const where =
    container === null ? "" : `, ${container.runtime} ${printable(container.name ?? container.id)}`;
  return [
    `${who}${where}, namespace ${namespace}`,
    `accept queue ${acceptQueue.length} of ${acceptQueue.capacity}, peak ${peak.length} in 60 s${peak.by === "drops" ? " (known by drops)" : ""}, full for ${durationText(listener.fullMs)}`,
    `SYN queue ${synQueue.length ?? "?"} of ${synQueue.capacity ?? "?"}`,
    `drops ${listener.drops ?? "?"}, ${listener.dropsPerSecond.toFixed(1)}/s, refused ${listener.refusals.exact ? "" : "about "}${listener.refusals.value} packets since top began`,
    `cause: ${rise === null ? "nothing dropped in the last interval" : causeText(rise)}`,
    ...waitingSentences(waiting),
  ];
}

function waitingSentences(waiting: WaitingFacts | null): string[] {
  if (waiting === null) return ["who waits: not known"];
  const { alive, closed, reset, oldestMs, oldest } = waiting;
  const clients = `waiting: ${alive} clients, ${closed} that have closed, ${reset} that were reset`;
  return oldestMs === null
    ? [clients]
    : [clients, `the oldest waits for ${durationText(oldestMs)}: ${oldest}`];
}

function synBarTop(history: QueueHistory | undefined, capacity: number): number {
  if (Number.isFinite(capacity)) return capacity;
  return Math.max(1, ...(history?.syn ?? []).map((length) => length ?? 0));
}
