/**
 * Listeners as a table for people: the fullest first. Pure; what it is given it prints, so how wide the terminal is and
 * how to colour are parameters.
 *
 * @module
 */
import Table from "cli-table3";
import { formatEndpoint } from "../wire/index.ts";
import type { Paint } from "./paint.ts";

/** What the table shows of a listener; a snapshot's listener has all of it. */
export interface ListenerLine {
  readonly protocol: string;
  readonly v6only: boolean | null;
  readonly address: string;
  readonly port: number;
  readonly group: string | null;
  readonly acceptQueue: { readonly length: number; readonly limit: number; readonly capacity: number };
  readonly synQueue: { readonly length: number | null; readonly capacity: number | null };
  readonly drops: number | null;
  readonly process: { readonly pid: number; readonly name: string } | null;
  readonly limitSetBy: string;
}

/** How to print. */
export interface ListenerTableOptions {
  /** Columns of the terminal; null where there is none and lines may be as long as they need to be. */
  readonly columns: number | null;
  /** Puts colour on a text, or returns it as it is. */
  readonly paint: Paint;
  /** How many processes this user may not look into. */
  readonly hiddenProcesses: number;
  /** True if only some listeners were asked for, so that none does not mean none at all. */
  readonly isSelection: boolean;
}

/** The table, the notes below it, and a newline at the end. */
export function formatListenerTable(listeners: readonly ListenerLine[], options: ListenerTableOptions): string {
  const sorted = [...listeners].sort(byFullness);
  const columns = sorted.length === 0 ? [] : fittingColumns(sorted, options.columns);
  const table = columns.length === 0 ? [emptySentence(options)] : tableLines(sorted, columns, options);
  const notes = notesOf(sorted, options).map((note) => options.paint("quiet", note));
  return `${[...table, ...(notes.length === 0 ? [] : ["", ...notes])].join("\n")}\n`;
}

/** A share of its capacity from which a queue counts as filling: the next burst may be too much. */
const FILLING_SHARE = 0.75;
const GAP = 2;
const LEAST_CELL_WIDTH = 8;

interface Column {
  readonly heading: string;
  /** The higher, the sooner it gives way on a narrow terminal; 0 never. */
  readonly dispensability: number;
  readonly text: (listener: ListenerLine) => string;
}

/** A limit is the capacity less one and its origin is in --json, so these two give way first. */
const COLUMNS: readonly Column[] = [
  { heading: "LISTENER", dispensability: 0, text: listenerText },
  { heading: "ACCEPT QUEUE", dispensability: 0, text: acceptQueueText },
  { heading: "LIMIT", dispensability: 1, text: ({ acceptQueue }) => String(acceptQueue.limit) },
  { heading: "SET BY", dispensability: 2, text: ({ limitSetBy }) => limitSetBy },
  { heading: "SYN QUEUE", dispensability: 0, text: synQueueText },
  { heading: "DROPS", dispensability: 0, text: ({ drops }) => numberText(drops) },
  { heading: "PROCESS", dispensability: 0, text: processText },
];

function byFullness(a: ListenerLine, b: ListenerLine): number {
  const difference = fullness(b) - fullness(a) || a.port - b.port;
  if (difference !== 0 || a.address === b.address) return difference;
  return a.address < b.address ? -1 : 1;
}

function fullness({ acceptQueue }: ListenerLine): number {
  return acceptQueue.length / acceptQueue.capacity;
}

function listenerText({ address, port, protocol, v6only, group }: ListenerLine): string {
  const marks = [
    ...(protocol === "tcp" ? [] : [protocol]),
    ...(v6only === true && address === "::" ? ["IPv6 only"] : []),
    ...(group === null ? [] : ["reuseport"]),
  ];
  return `${formatEndpoint(address, port)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

function acceptQueueText({ acceptQueue: { length, capacity } }: ListenerLine): string {
  return `${length} of ${capacity}${length >= capacity ? " FULL" : ""}`;
}

function synQueueText({ synQueue: { length, capacity } }: ListenerLine): string {
  return `${numberText(length)} of ${numberText(capacity)}`;
}

function processText({ process }: ListenerLine): string {
  return process === null ? "?" : `${printable(process.name)} ${process.pid}`;
}

function numberText(value: number | null): string {
  return value === null ? "?" : String(value);
}

/** A process chooses its name: it must not be able to steer the terminal. */
function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being replaced
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\u{fffd}");
}

function fittingColumns(listeners: readonly ListenerLine[], most: number | null): Column[] {
  const columns = [...COLUMNS];
  const width = () => columns.reduce((sum, column) => sum + columnWidth(column, listeners) + GAP, -GAP);
  while (most !== null && width() > most) {
    const worst = Math.max(...columns.map((column) => column.dispensability));
    if (worst === 0) break;
    columns.splice(
      columns.findIndex((column) => column.dispensability === worst),
      1,
    );
  }
  return columns;
}

function columnWidth({ heading, text }: Column, listeners: readonly ListenerLine[]): number {
  return listeners.reduce((most, listener) => Math.max(most, text(listener).length), heading.length);
}

function tableLines(
  listeners: readonly ListenerLine[],
  columns: readonly Column[],
  { columns: most, paint }: ListenerTableOptions,
): string[] {
  const table = new Table({
    chars: NO_BORDERS,
    style: { "padding-left": 0, "padding-right": GAP, head: [], border: [] },
    colWidths: widthsOf(columns, listeners, most),
  });
  table.push(columns.map(({ heading }) => paint("title", heading)));
  for (const listener of listeners) {
    table.push(columns.map((column) => paintCell(column, listener, paint)));
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

/** The last column, the process, takes what is left of a narrow terminal. */
function widthsOf(
  columns: readonly Column[],
  listeners: readonly ListenerLine[],
  most: number | null,
): number[] {
  const widths = columns.map((column) => columnWidth(column, listeners) + GAP);
  const last = widths.pop() ?? 0;
  const left = (most ?? Number.POSITIVE_INFINITY) + GAP - widths.reduce((sum, width) => sum + width, 0);
  return [...widths, Math.max(LEAST_CELL_WIDTH + GAP, Math.min(last, left))];
}

function paintCell(column: Column, listener: ListenerLine, paint: Paint): string {
  const text = column.text(listener);
  const share = fullness(listener);
  if (column.text !== acceptQueueText || share < FILLING_SHARE) return text;
  return paint(share >= 1 ? "bad" : "warning", text);
}

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;

function emptySentence({ isSelection }: ListenerTableOptions): string {
  return isSelection ? "no such TCP listener in this namespace" : "no TCP listeners in this namespace";
}

function notesOf(listeners: readonly ListenerLine[], { hiddenProcesses }: ListenerTableOptions): string[] {
  const unknown = listeners.filter((listener) => listener.process === null).length;
  const notes: string[] = [];
  if (unknown > 0 && hiddenProcesses > 0) {
    const what = unknown === 1 ? "the process of one listener is" : `the processes of ${unknown} listeners are`;
    notes.push(`${what} hidden from this user; run it as root to see all`);
  }
  if (listeners.some(({ synQueue, group }) => group !== null && synQueue.length === null)) {
    notes.push("? in SYN QUEUE: the kernel does not say to which member of a reuseport group a request belongs");
  }
  return notes;
}
