/**
 * Listeners as a table for people: the fullest first. Pure; what it is given it prints, so how wide the terminal is and
 * how to colour are parameters.
 *
 * @module
 */

import type { Paint } from "../layout/paint.ts";
import { printable } from "../layout/printable.ts";
import { fittingName, columns as layOut } from "../layout/text-layout.ts";
import { worstOfGroups } from "./listener-groups.ts";
import { listenerName } from "./listener-name.ts";
import { notesOf } from "./listener-notes.ts";

/** What the table shows of a listener; a snapshot's listener has all of it. */
export interface ListenerLine {
  readonly protocol: string;
  readonly v6only: boolean | null;
  /** Null for a unix listener, which has a path instead. */
  readonly address: string | null;
  readonly port: number | null;
  readonly path: string | null;
  /** The inode of its network namespace. */
  readonly namespace: number;
  readonly group: string | null;
  readonly acceptQueue: { readonly length: number; readonly limit: number; readonly capacity: number };
  readonly synQueue: { readonly length: number | null; readonly capacity: number | null };
  readonly drops: number | null;
  readonly process: { readonly pid: number; readonly name: string } | null;
  readonly container: {
    readonly runtime: string;
    readonly id: string;
    readonly name: string | null;
    readonly pod: string | null;
  } | null;
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
  /** True if only some listeners were asked for, so that none does not mean none at all, and each group member counts. */
  readonly isSelection: boolean;
  /** Names of the namespaces by inode, where more than one was looked at; else null. */
  readonly namespaces: ReadonlyMap<number, string> | null;
}

/** The table, the notes below it, and a newline at the end. */
export function formatListenerTable(
  listeners: readonly ListenerLine[],
  options: ListenerTableOptions,
): string {
  const shown = options.isSelection ? listeners : worstOfGroups(listeners);
  const sorted = [...shown].sort(byFullness);
  const columns = sorted.length === 0 ? [] : fittingColumns(sorted, options);
  const table = columns.length === 0 ? [emptySentence(options)] : tableLines(sorted, columns, options.paint);
  const notes = notesOf(listeners, options).map((note) => options.paint("quiet", note));
  return `${[...table, ...(notes.length === 0 ? [] : ["", ...notes])].join("\n")}\n`;
}

/** A share of its capacity from which a queue counts as filling: the next burst may be too much. */
const FILLING_SHARE = 0.75;
/** Unix listeners have no port and stand below those that have one. */
const MOST_PORT = 65_536;
const GAP = 2;
const LEAST_CELL_WIDTH = 8;
const SHORT_ID = 12;

interface Column {
  readonly heading: string;
  /** The higher, the sooner it gives way on a narrow terminal; 0 never. */
  readonly dispensability: number;
  readonly isNumber?: boolean;
  readonly text: (listener: ShownLine) => string;
}

/** A line of the table: a listener, or the fullest member of a group and how many members that has. */
type ShownLine = ListenerLine & { readonly members?: number };

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
  { heading: "DROPS", dispensability: 0, isNumber: true, text: dropsText },
];

const CONTAINER: Column = { heading: "IN", dispensability: 3, text: containerText };
const PROCESS: Column = { heading: "PROCESS", dispensability: 0, text: processText };

/** Columns that would say nothing about any of these listeners are left out. */
function usefulColumns(listeners: readonly ShownLine[], options: ListenerTableOptions): Column[] {
  const { namespaces } = options;
  const namespace: Column = {
    heading: "NAMESPACE",
    dispensability: 0,
    text: (listener) => printable(namespaces?.get(listener.namespace) ?? String(listener.namespace)),
  };
  return [
    ...COLUMNS.map((column) =>
      column.text === listenerText
        ? {
            ...column,
            text: (listener: ShownLine) =>
              fittingName(listenerText(listener), listener.path === null ? null : options.columns),
          }
        : column,
    ),
    ...(namespaces === null ? [] : [namespace]),
    ...(listeners.some(({ container }) => container !== null) ? [CONTAINER] : []),
    PROCESS,
  ];
}

function byFullness(a: ShownLine, b: ShownLine): number {
  const difference = fullness(b) - fullness(a) || (a.port ?? MOST_PORT) - (b.port ?? MOST_PORT);
  if (difference !== 0) return difference;
  const [nameA, nameB] = [listenerName(a), listenerName(b)];
  return nameA === nameB ? 0 : nameA < nameB ? -1 : 1;
}

function fullness({ acceptQueue }: ListenerLine): number {
  return acceptQueue.length / acceptQueue.capacity;
}

function listenerText(listener: ShownLine): string {
  const { address, protocol, v6only, group, members } = listener;
  const marks = [
    ...(protocol === "tcp" ? [] : [protocol]),
    ...(v6only === true && address === "::" ? ["IPv6 only"] : []),
    ...(group === null ? [] : [members === undefined ? "reuseport" : `reuseport, worst of ${members}`]),
  ];
  return `${listenerName(listener)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
}

function acceptQueueText({ acceptQueue: { length, capacity } }: ListenerLine): string {
  return `${length} of ${capacity}${length >= capacity ? " FULL" : ""}`;
}

function synQueueText({ protocol, synQueue: { length, capacity } }: ListenerLine): string {
  if (protocol === "unix") return "-";
  return `${numberText(length)} of ${numberText(capacity)}`;
}

/** A unix listener refuses by making its clients wait, which nothing counts. */
function dropsText({ protocol, drops }: ListenerLine): string {
  return protocol === "unix" ? "-" : numberText(drops);
}

function containerText({ container }: ListenerLine): string {
  if (container === null) return "";
  const { runtime, id, name, pod } = container;
  const text =
    pod !== null ? `pod ${pod.slice(0, SHORT_ID)}` : (name ?? `${runtime} ${id.slice(0, SHORT_ID)}`);
  return printable(text);
}

function processText({ process }: ListenerLine): string {
  return process === null ? "?" : `${printable(process.name)} ${process.pid}`;
}

function numberText(value: number | null): string {
  return value === null ? "?" : String(value);
}

/** What is dispensable gives way first, then the end of long process names. */
function fittingColumns(listeners: readonly ShownLine[], options: ListenerTableOptions): Column[] {
  const most = options.columns;
  const columns = usefulColumns(listeners, options);
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
  listeners: readonly ShownLine[],
  most: number,
): Column[] {
  const others = columns.filter((column) => column.text !== processText);
  const left = Math.max(LEAST_CELL_WIDTH, most - tableWidth(others, listeners) - GAP);
  const shorten = (text: string) => (text.length > left ? `${text.slice(0, left - 1)}\u2026` : text);
  return columns.map((column) =>
    column.text === processText ? { ...column, text: (listener) => shorten(processText(listener)) } : column,
  );
}

function tableWidth(columns: readonly Column[], listeners: readonly ShownLine[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column, listeners) + GAP, -GAP);
}

function columnWidth({ heading, text }: Column, listeners: readonly ShownLine[]): number {
  return listeners.reduce((most, listener) => Math.max(most, text(listener).length), heading.length);
}

function tableLines(listeners: readonly ShownLine[], columns: readonly Column[], paint: Paint): string[] {
  return layOut(
    columns.map(({ heading }) => paint("title", heading)),
    listeners.map((listener) => columns.map((column) => cell(column, listener, paint))),
    columns.flatMap(({ isNumber }, place) => (isNumber === true ? [place] : [])),
  );
}

function cell(column: Column, listener: ShownLine, paint: Paint): string {
  const text = column.text(listener);
  const share = fullness(listener);
  if (column.text !== acceptQueueText || share < FILLING_SHARE) return text;
  return paint(share >= 1 ? "bad" : "warning", text);
}

function emptySentence({ isSelection }: ListenerTableOptions): string {
  return isSelection ? "no such listener here" : "no listeners here";
}
