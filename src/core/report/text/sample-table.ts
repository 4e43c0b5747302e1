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
import { type Column, cutName, type FittedTable, fitColumns } from "../layout/columns.ts";
import { printable } from "../layout/printable.ts";
import { fittingName, wrap } from "../layout/text-layout.ts";
import { listenerName, shortenListener } from "./listener-name.ts";
import { entryTrouble } from "./live/entry-words.ts";

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

/** Unix listeners have no port and stand below those that have one. */
const BEHIND_PORTS = 65_536;

const NETNS: Column<SampleLine> = { heading: "NETNS", dispensable: 3, text: ({ namespace }) => namespace };

function sampleColumns(lines: readonly SampleLine[], width: number | null): Column<SampleLine>[] {
  const hasOneNamespace = new Set(lines.map(({ namespace }) => namespace)).size <= 1;
  return [
    {
      heading: "LISTENER",
      shorten: shortenListener,
      text: (line) => fittingName(listenerText(line), line.listener.path === null ? null : width),
    },
    ...(hasOneNamespace ? [] : [NETNS]),
    {
      heading: "QUEUE",
      isNumber: true,
      text: ({ listener: { acceptQueue } }) => `${acceptQueue.length}/${acceptQueue.capacity}`,
    },
    { heading: "PEAK", isNumber: true, text: peakText },
    { heading: "FULL", isNumber: true, text: ({ listener }) => durationText(listener.fullMs) },
    { heading: "DROPS/S", isNumber: true, lastResort: 1, text: ({ listener }) => rateText(listener) },
    { heading: "DROPS", isNumber: true, dispensable: 1, text: ({ listener }) => dropsText(listener) },
    { heading: "SYN", isNumber: true, lastResort: 2, text: ({ listener }) => synText(listener) },
    { heading: "FINDING", dispensable: 2, text: ({ findings: [worst] }) => worst?.code ?? "" },
    { heading: "CAUSE", dispensable: 4, text: ({ listener }) => causeText(listener.rise) },
    { heading: "PROCESS", shorten: cutName, text: processText },
  ];
}

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
export function layOutSample(lines: readonly SampleLine[], width: number | null): FittedTable {
  return fitColumns(lines, sampleColumns(lines, width), width);
}

/** How near a listener is to refusing, for colour. */
export function lineTone({ listener }: SampleLine): "bad" | "warning" | "plain" {
  const { acceptQueue, dropsPerSecond } = listener;
  if (acceptQueue.length >= acceptQueue.capacity || dropsPerSecond > 0) return "bad";
  return acceptQueue.length >= acceptQueue.capacity * 0.75 ? "warning" : "plain";
}

/** What can have been missed, in one sentence each. */
export function coverageSentences(coverage: Coverage): string[] {
  const { watched, all, cpuShare, overruns } = coverage;
  const chance = (everyMs: number) => `${Math.round(chanceOfSeeing(20, everyMs) * 100)} %`;
  return [
    `looks every ${Math.round(watched.everyMs)} ms at listeners that ever filled, every ${Math.round(all.everyMs)} ms at the rest: ` +
      `a burst of 20 ms is seen with ${chance(watched.everyMs)} and ${chance(all.everyMs)}; one that drops is always counted`,
    `looking took ${(cpuShare * 100).toFixed(2)} % of a core${overruns === 0 ? "" : `; ${overruns} answers were lost and asked for again`}`,
    ...entryTrouble(coverage),
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
  const sentences = coverageSentences(coverage).flatMap((sentence) =>
    wrap(sentence, width ?? Number.POSITIVE_INFINITY, ""),
  );
  return `${[heading, ...rows, "", ...sentences].join("\n")}\n`;
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

/** A peak that no look saw has a mark; with queue entries, and more of them than looks saw wait, it is a range. */
function peakText({ listener: { peak, entries } }: SampleLine): string {
  const seen = `${peak.length}${peak.by === "drops" ? "*" : ""}`;
  const most = entries?.peakAtMost ?? 0;
  return most > peak.length ? `${seen}..${most}` : seen;
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

function synText({ protocol, synQueue }: ListenerSample): string {
  return protocol === "unix" ? "-" : `${numberText(synQueue.length)}/${numberText(synQueue.capacity)}`;
}

function processText({ listener: { process } }: SampleLine): string {
  return process === null ? "?" : `${printable(process.name)} ${process.pid}`;
}
