/**
 * Listeners as a table for people: the fullest first. Pure; what it is given it prints, so how wide the terminal is and
 * how to colour are parameters.
 *
 * @module
 */
import { formatEndpoint } from "../wire/address.ts";
import type { Paint } from "./paint.ts";
import { columns as layOut } from "./text-layout.ts";

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
export function formatListenerTable(
  listeners: readonly ListenerLine[],
  options: ListenerTableOptions,
): string {
  const sorted = [...listeners].sort(byFullness);
  const columns = sorted.length === 0 ? [] : fittingColumns(sorted, options.columns);
  const table = columns.length === 0 ? [emptySentence(options)] : tableLines(sorted, columns, options.paint);
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
  readonly isNumber?: boolean;
  readonly text: (listener: ListenerLine) => string;
}

/** A limit is the capacity less one and its origin is in --json, so these two give way first. */
const COLUMNS: readonly Column[] = [
  { heading: "LISTENER", dispensability: 0, text: listenerText },
  { heading: "ACCEPT QUEUE", dispensability: 0, text: acceptQueueText },
  {
    heading: "LIMIT",
    dispensability: 1,
    isNumber: true,
    text: ({ acceptQueue }) => String(acceptQueue.limit),
  },
  { heading: "SET BY", dispensability: 2, text: ({ limitSetBy }) => limitSetBy },
  { heading: "SYN QUEUE", dispensability: 0, text: synQueueText },
  { heading: "DROPS", dispensability: 0, isNumber: true, text: ({ drops }) => numberText(drops) },
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

/** What is dispensable gives way first, then the end of long process names. */
function fittingColumns(listeners: readonly ListenerLine[], most: number | null): Column[] {
  const columns = [...COLUMNS];
  while (most !== null && tableWidth(columns, listeners) > most) {
    const worst = Math.max(...columns.map((column) => column.dispensability));
    if (worst === 0) return withShorterProcess(columns, listeners, most);
    columns.splice(
      columns.findIndex((column) => column.dispensability === worst),
      1,
    );
  }
  return columns;
}

function withShorterProcess(
  columns: readonly Column[],
  listeners: readonly ListenerLine[],
  most: number,
): Column[] {
  const others = columns.filter((column) => column.text !== processText);
  const left = Math.max(LEAST_CELL_WIDTH, most - tableWidth(others, listeners) - GAP);
  const shorten = (text: string) => (text.length > left ? `${text.slice(0, left - 1)}\u2026` : text);
  return columns.map((column) =>
    column.text === processText ? { ...column, text: (listener) => shorten(processText(listener)) } : column,
  );
}

function tableWidth(columns: readonly Column[], listeners: readonly ListenerLine[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column, listeners) + GAP, -GAP);
}

function columnWidth({ heading, text }: Column, listeners: readonly ListenerLine[]): number {
  return listeners.reduce((most, listener) => Math.max(most, text(listener).length), heading.length);
}

function tableLines(listeners: readonly ListenerLine[], columns: readonly Column[], paint: Paint): string[] {
  return layOut(
    columns.map(({ heading }) => paint("title", heading)),
    listeners.map((listener) => columns.map((column) => cell(column, listener, paint))),
    columns.flatMap(({ isNumber }, place) => (isNumber === true ? [place] : [])),
  );
}

function cell(column: Column, listener: ListenerLine, paint: Paint): string {
  const text = column.text(listener);
  const share = fullness(listener);
  if (column.text !== acceptQueueText || share < FILLING_SHARE) return text;
  return paint(share >= 1 ? "bad" : "warning", text);
}

function emptySentence({ isSelection }: ListenerTableOptions): string {
  return isSelection ? "no such TCP listener in this namespace" : "no TCP listeners in this namespace";
}

function notesOf(listeners: readonly ListenerLine[], { hiddenProcesses }: ListenerTableOptions): string[] {
  const unknown = listeners.filter((listener) => listener.process === null).length;
  const notes = unknown === 0 ? [] : [unknownProcessNote(unknown, hiddenProcesses)];
  if (listeners.some(({ synQueue, group }) => group !== null && synQueue.length === null)) {
    notes.push(
      "? in SYN QUEUE: the kernel does not say to which member of a reuseport group a request belongs",
    );
  }
  return notes;
}

function unknownProcessNote(unknown: number, hiddenProcesses: number): string {
  const what = unknown === 1 ? "the process of one listener" : `the processes of ${unknown} listeners`;
  const verb = unknown === 1 ? "is" : "are";
  if (hiddenProcesses > 0) return `${what} ${verb} hidden from this user; run it as root to see all`;
  return `${what} ${verb} not visible here: the kernel's own, or in another PID namespace`;
}
