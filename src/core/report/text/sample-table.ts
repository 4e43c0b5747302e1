/**
 * A sample as a table for people: one line a listener, as wide as the terminal. Pure; `top` draws it live, `top --once` and
 * `replay` print it.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import {
  type Coverage,
  chanceOfSeeing,
  type ListenerSample,
  type Sample,
} from "../../listener/sample/sample.ts";
import { sampleKey } from "../../listener/window/sample-window.ts";
import { printable } from "../layout/printable.ts";
import { fittingName } from "../layout/text-layout.ts";
import { listenerName } from "./listener-name.ts";

/** A column that the table can have. */
interface Column {
  readonly heading: string;
  readonly isNumber?: boolean;
  /** The higher, the sooner it gives way on a narrow terminal; 0 never. */
  readonly dispensability: number;
  readonly text: (line: SampleLine) => string;
}

/** A listener, its namespace's name, and what is wrong with it. */
export interface SampleLine {
  readonly listener: ListenerSample;
  readonly namespace: string;
  /** The worst first. */
  readonly findings: readonly Finding[];
}

/** Findings by `sampleKey`. */
export type FindingsByListener = ReadonlyMap<string, readonly Finding[]>;

/** Orders in which listeners can stand; each begins with the one to look at first. */
export const SAMPLE_ORDERS = ["fullness", "length", "peak", "full", "drops", "syn", "name"] as const;

/** One of them. */
export type SampleOrder = (typeof SAMPLE_ORDERS)[number];

/** Lines of text of equal meaning: the heading, and one a listener in the order given. */
export interface SampleTable {
  readonly heading: string;
  readonly rows: readonly string[];
}

const GAP = 2;
const LEAST_CELL_WIDTH = 8;
const PROCESS = "PROCESS";
/** Unix listeners have no port and stand below those that have one. */
const BEHIND_PORTS = 65_536;

const COLUMNS: readonly Column[] = [
  { heading: "LISTENER", dispensability: 0, text: listenerText },
  { heading: "NETNS", dispensability: 3, text: ({ namespace }) => namespace },
  {
    heading: "QUEUE",
    isNumber: true,
    dispensability: 0,
    text: ({ listener: { acceptQueue } }) => `${acceptQueue.length}/${acceptQueue.capacity}`,
  },
  { heading: "PEAK", isNumber: true, dispensability: 0, text: peakText },
  {
    heading: "FULL",
    isNumber: true,
    dispensability: 0,
    text: ({ listener }) => durationText(listener.fullMs),
  },
  { heading: "DROPS/S", isNumber: true, dispensability: 0, text: ({ listener }) => rateText(listener) },
  { heading: "DROPS", isNumber: true, dispensability: 1, text: ({ listener }) => dropsText(listener) },
  {
    heading: "SYN",
    isNumber: true,
    dispensability: 0,
    text: ({ listener: { protocol, synQueue } }) =>
      protocol === "unix" ? "-" : `${numberText(synQueue.length)}/${numberText(synQueue.capacity)}`,
  },
  { heading: "FINDING", dispensability: 2, text: ({ findings: [worst] }) => worst?.code ?? "" },
  { heading: "CAUSE", dispensability: 4, text: ({ listener }) => causeText(listener.rise) },
  { heading: PROCESS, dispensability: 0, text: processText },
];

/** The listeners of a sample with the names of their namespaces; without findings given, those of the sample itself. */
export function sampleLines(
  { listeners, namespaces }: Sample,
  findings: FindingsByListener | null = null,
): SampleLine[] {
  const names = new Map(
    namespaces.map(({ inode, name, self }) => [inode, self ? "self" : printable(name ?? String(inode))]),
  );
  return listeners.map((listener) => ({
    listener,
    namespace: names.get(listener.namespace) ?? "?",
    findings: findings === null ? listener.findings : (findings.get(sampleKey(listener)) ?? []),
  }));
}

/** The lines in an order; equal ones by name, so that the table does not jump. */
export function sortLines(
  lines: readonly SampleLine[],
  order: SampleOrder,
  isReversed = false,
): SampleLine[] {
  const sign = isReversed ? -1 : 1;
  const rank = RANKS[order];
  const compare = (a: SampleLine, b: SampleLine) =>
    sign * (rank(b.listener) - rank(a.listener)) || sign * byName(a, b);
  return [...lines].sort(compare);
}

/** The lines whose name, process, container or namespace holds a text, whatever its case. */
export function filterLines(lines: readonly SampleLine[], text: string): SampleLine[] {
  const wanted = text.toLowerCase();
  return lines.filter((line) => {
    const { container } = line.listener;
    const words = [listenerText(line), processText(line), line.namespace, container?.id, container?.name];
    return words.some((word) => word?.toLowerCase().includes(wanted) === true);
  });
}

/** Lays the lines out; `width` null is as wide as they need. */
export function layOutSample(lines: readonly SampleLine[], width: number | null): SampleTable {
  const columns = fittingColumns(lines, width);
  const widths = columns.map((column) => columnWidth(column, lines));
  const layOut = (cells: readonly string[]) =>
    cells
      .map((cell, place) => pad(cell, widths[place] ?? 0, columns[place]?.isNumber === true))
      .join(" ".repeat(GAP))
      .trimEnd();
  const clip = (text: string) => (width === null ? text : text.slice(0, width));
  return {
    heading: clip(layOut(columns.map(({ heading }) => heading))),
    rows: lines.map((line) => clip(layOut(columns.map(({ text }) => text(line))))),
  };
}

/** How near a listener is to refusing, for colour. */
export function lineTone({ listener }: SampleLine): "bad" | "warning" | "plain" {
  const { acceptQueue, dropsPerSecond } = listener;
  if (acceptQueue.length >= acceptQueue.capacity || dropsPerSecond > 0) return "bad";
  return acceptQueue.length >= acceptQueue.capacity * 0.75 ? "warning" : "plain";
}

/** What can have been missed, in one sentence each. */
export function coverageSentences({ watched, all, cpuShare, overruns }: Coverage): string[] {
  const chance = (everyMs: number) => `${Math.round(chanceOfSeeing(20, everyMs) * 100)} %`;
  return [
    `looks every ${Math.round(watched.everyMs)} ms at listeners that ever filled, every ${Math.round(all.everyMs)} ms at the rest: ` +
      `a burst of 20 ms is seen with ${chance(watched.everyMs)} and ${chance(all.everyMs)}; one that drops is always counted`,
    `looking took ${(cpuShare * 100).toFixed(2)} % of a core${overruns === 0 ? "" : `; ${overruns} answers were lost and asked for again`}`,
  ];
}

/** How to print a table. */
export interface SampleTableOptions {
  /** What the lines were chosen by; empty for all. */
  readonly filter: string;
  /** Null is as wide as it needs to be. */
  readonly width: number | null;
}

/** A whole table as text, with what can have been missed below it. */
export function formatSample(
  lines: readonly SampleLine[],
  coverage: Coverage,
  { filter, width }: SampleTableOptions,
): string {
  if (lines.length === 0) return `no listeners${filter === "" ? "" : ` that fit ${filter}`}\n`;
  const { heading, rows } = layOutSample(lines, width);
  return `${[heading, ...rows, "", ...coverageSentences(coverage)].join("\n")}\n`;
}

/** `1.25 s`, `3 min`: short enough for a column. */
export function durationText(ms: number): string {
  if (ms < 1) return "0";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** The one cause of the last interval's drops, or what it may have been. */
export function causeText(rise: ListenerSample["rise"]): string {
  if (rise === null) return "";
  if (rise.cause !== null) return rise.cause;
  return rise.candidates.length === 0 ? "not counted" : `${rise.candidates.join(" or ")}?`;
}

/** `127.0.0.1:80 (reuseport)`, `/run/app.sock (unix)`. */
export function listenerText({ listener }: SampleLine): string {
  const { protocol, group } = listener;
  const marks = [...(protocol === "tcp" ? [] : [protocol]), ...(group === null ? [] : ["reuseport"])];
  return `${listenerName(listener)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

/** What comes first has the highest. */
const RANKS: Readonly<Record<SampleOrder, (listener: ListenerSample) => number>> = {
  fullness: ({ acceptQueue: { length, capacity }, peak }) => length / capacity + peak.length / capacity / 1e3,
  length: ({ acceptQueue }) => acceptQueue.length,
  peak: ({ peak }) => peak.length,
  full: ({ fullMs }) => fullMs,
  drops: ({ dropsPerSecond, dropsSinceStart }) => dropsPerSecond * 1e6 + dropsSinceStart,
  syn: ({ synQueue }) => synQueue.length ?? 0,
  name: () => 0,
};

function byName(a: SampleLine, b: SampleLine): number {
  const difference = (a.listener.port ?? BEHIND_PORTS) - (b.listener.port ?? BEHIND_PORTS);
  if (difference !== 0) return difference;
  const [one, other] = [a, b].map(
    ({ listener }) => `${listenerName(listener)} ${listener.namespace} ${listener.cookie}`,
  );
  return (one ?? "") < (other ?? "") ? -1 : 1;
}

/** A peak that no look saw has a mark. */
function peakText({ listener: { peak } }: SampleLine): string {
  return `${peak.length}${peak.by === "drops" ? "*" : ""}`;
}

/** A unix listener drops nothing: who finds it full waits. */
function dropsText({ protocol, drops }: ListenerSample): string {
  return protocol === "unix" ? "-" : numberText(drops);
}

function rateText({ dropsPerSecond: rate }: ListenerSample): string {
  return rate === 0 ? "0" : rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

function numberText(value: number | null): string {
  return value === null ? "?" : Number.isFinite(value) ? String(value) : "∞";
}

function processText({ listener: { process } }: SampleLine): string {
  return process === null ? "?" : `${printable(process.name)} ${process.pid}`;
}

function fittingColumns(lines: readonly SampleLine[], most: number | null): Column[] {
  const hasOneNamespace = new Set(lines.map(({ namespace }) => namespace)).size <= 1;
  const columns = COLUMNS.filter(({ heading }) => heading !== "NETNS" || !hasOneNamespace).map((column) =>
    column.text === listenerText
      ? {
          ...column,
          text: (line: SampleLine) =>
            fittingName(listenerText(line), line.listener.path === null ? null : most),
        }
      : column,
  );
  while (most !== null && tableWidth(columns, lines) > most) {
    const worst = Math.max(...columns.map((column) => column.dispensability));
    if (worst === 0) return withShorterProcess(columns, lines, most);
    columns.splice(
      columns.findIndex(({ dispensability }) => dispensability === worst),
      1,
    );
  }
  return columns;
}

function withShorterProcess(
  columns: readonly Column[],
  lines: readonly SampleLine[],
  most: number,
): Column[] {
  const others = columns.filter(({ heading }) => heading !== PROCESS);
  const left = Math.max(LEAST_CELL_WIDTH, most - tableWidth(others, lines) - GAP);
  const shorten = (text: string) => (text.length > left ? `${text.slice(0, left - 1)}…` : text);
  return columns.map((column) =>
    column.heading === PROCESS ? { ...column, text: (line) => shorten(processText(line)) } : column,
  );
}

function tableWidth(columns: readonly Column[], lines: readonly SampleLine[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column, lines) + GAP, -GAP);
}

function columnWidth({ heading, text }: Column, lines: readonly SampleLine[]): number {
  return lines.reduce((most, line) => Math.max(most, text(line).length), heading.length);
}

function pad(text: string, width: number, isNumber: boolean): string {
  return isNumber ? text.padStart(width) : text.padEnd(width);
}
