/**
 * Listeners as a table for people: the fullest first. Pure; what it is given it prints, so how wide the terminal is and
 * how to colour are parameters.
 *
 * @module
 */

import { type Column, cutName, fitColumns } from "../layout/columns.ts";
import type { Paint } from "../layout/paint.ts";
import { printable } from "../layout/printable.ts";
import { fittingName, wrap } from "../layout/text-layout.ts";
import { worstOfGroups } from "./listener-groups.ts";
import { listenerName, shortenListener } from "./listener-name.ts";
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
  const table = sorted.length === 0 ? [emptySentence(options)] : tableLines(sorted, options);
  const notes = notesOf(listeners, options)
    .flatMap((note) => wrap(note, options.columns ?? Number.POSITIVE_INFINITY, ""))
    .map((line) => options.paint("quiet", line));
  return `${[...table, ...(notes.length === 0 ? [] : ["", ...notes])].join("\n")}\n`;
}

/** A share of its capacity from which a queue counts as filling: the next burst may be too much. */
const FILLING_SHARE = 0.75;
/** Unix listeners have no port and stand below those that have one. */
const MOST_PORT = 65_536;
const SHORT_ID = 12;

/** A line of the table: a listener, or the fullest member of a group and how many members that has. */
type ShownLine = ListenerLine & { readonly members?: number };

/** A limit is the capacity less one and its origin is in --json, so these give way first. */
function tableColumns(listeners: readonly ShownLine[], options: ListenerTableOptions): Column<ShownLine>[] {
  const { namespaces, paint, columns } = options;
  return [
    {
      heading: "LISTENER",
      shorten: shortenListener,
      text: (one) => fittingName(listenerText(one), one.path === null ? null : columns),
    },
    {
      heading: "ACCEPT QUEUE",
      text: acceptQueueText,
      paint: (text, one) => paintQueue(text, fullness(one), paint),
    },
    {
      heading: "LIMIT",
      dispensable: 1,
      isNumber: true,
      text: ({ acceptQueue }) => String(acceptQueue.limit),
    },
    { heading: "SET BY", dispensable: 2, text: ({ limitSetBy }) => limitSetBy },
    { heading: "SYN QUEUE", lastResort: 2, text: synQueueText },
    { heading: "DROPS", lastResort: 1, isNumber: true, text: dropsText },
    ...(namespaces === null ? [] : [namespaceColumn(namespaces)]),
    ...(listeners.some(({ container }) => container !== null) ? [CONTAINER] : []),
    { heading: "PROCESS", shorten: cutName, text: processText },
  ];
}

const CONTAINER: Column<ShownLine> = { heading: "IN", dispensable: 3, text: containerText };

/** Columns that would say nothing about any of these listeners are left out. */
function namespaceColumn(namespaces: ReadonlyMap<number, string>): Column<ShownLine> {
  return {
    heading: "NAMESPACE",
    lastResort: 3,
    text: ({ namespace }) => printable(namespaces.get(namespace) ?? String(namespace)),
  };
}

function paintQueue(text: string, share: number, paint: Paint): string {
  return share < FILLING_SHARE ? text : paint(share >= 1 ? "bad" : "warning", text);
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

function tableLines(listeners: readonly ShownLine[], options: ListenerTableOptions): string[] {
  const { heading, rows } = fitColumns(listeners, tableColumns(listeners, options), options.columns);
  return [options.paint("title", heading), ...rows];
}

function emptySentence({ isSelection }: ListenerTableOptions): string {
  return isSelection ? "no such listener here" : "no listeners here";
}
