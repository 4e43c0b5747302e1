/**
 * What `listenq raise` did, for people: each listener's limit before and after, what is to be known, how to keep it, and with a
 * watch what changed.
 *
 * @module
 */
import { count } from "../../../count.ts";
import { timeText } from "../../../findings/listeners/finding-words.ts";
import type { RaiseDocument, RaisedListener, RaiseWatch } from "../../../listener/raise/raise-document.ts";
import type { WatchedListener, WhyDocument } from "../../../listener/why-document.ts";
import { columns } from "../../layout/columns.ts";
import type { Paint, Tone } from "../../layout/paint.ts";
import { printable } from "../../layout/printable.ts";
import { wrap } from "../../layout/text-layout.ts";
import { listenerName } from "../listener-name.ts";
import { remedyLines } from "../remedy-lines.ts";

interface Style {
  readonly width: number;
  readonly paint: Paint;
}

/** The text, with a newline at the end. */
export function formatRaise({ listeners, watch, to }: RaiseDocument, style: Style): string {
  const lines = [
    ...listeners.flatMap((listener) => raisedLines(listener, style)),
    ...lastingLines(listeners, style),
    ...(watch === null ? [] : watchLines(watch, to, style)),
  ];
  return `${lines.join("\n")}\n`;
}

/** What was done with each of them. */
export function raisedLines(listener: RaisedListener, { width, paint }: Style): string[] {
  const { process, notes, remedy } = listener;
  const holder =
    process === null
      ? "no visible process"
      : `${printable(process.name)} ${process.pid}, descriptor ${process.fd}`;
  const [tone, what] = outcome(listener);
  return [
    `${paint("title", listenerName(listener))}  ${holder}`,
    `  ${paint(tone, what)}`,
    ...notes.flatMap((note) => wrap(printable(note), width, "  ")),
    ...remedy.flatMap((line) => remedyLines(line, { width, paint, indent: "  ", label: "do: " })),
  ];
}

function outcome({ result, intent, limitBefore, limitWanted, limitAfter }: RaisedListener): [Tone, string] {
  const change = `limit ${limitBefore} to ${limitWanted}`;
  switch (result) {
    case "done":
      return ["good", `${change}: it holds ${count(limitWanted + 1, "connection")}`];
    case "dry-run":
      return ["warning", `would be ${intent === "lower" ? "lowered" : "raised"}: ${change}`];
    case "not-needed":
      return ["quiet", `limit ${limitBefore}: nothing was done`];
    case "refused":
      return ["bad", `limit ${limitBefore}: not changed`];
    case "changed-meanwhile":
      return [
        "bad",
        `listen() succeeded, and the limit is ${limitAfter ?? "gone with its listener"}, not ${limitWanted}`,
      ];
  }
}

/** Once for each software, however many members a group has. */
function lastingLines(listeners: readonly RaisedListener[], { width, paint }: Style): string[] {
  const changed = listeners.filter(({ result }) => result === "done" || result === "dry-run");
  const lines = [...new Set(changed.flatMap(({ lasting }) => lasting))];
  if (lines.length === 0) return [];
  return [
    "",
    ...wrap("This lasts until the process calls listen() again or restarts. For good:", width, ""),
    ...lines.flatMap((line) => remedyLines(line, { width, paint, indent: "  " })),
  ];
}

function watchLines({ before, after, halfOpen }: RaiseWatch, to: number, { width }: Style): string[] {
  const rows = [
    ["", "before", ...(after === null ? [] : ["after"])],
    ...MEASURES.map(([name, read]) => [name, read(before), ...(after === null ? [] : [read(after)])]),
  ];
  const [head = [], ...rest] = rows;
  return [
    "",
    ...columns(head, rest, [1, 2]),
    ...(after === null ? [] : gotInLines(halfOpen, after, to, width)),
  ];
}

type Measure = readonly [string, (watch: WhyDocument) => string];

const MEASURES: readonly Measure[] = [
  ["watched for", ({ watchedMs }) => timeText(watchedMs)],
  ["packets refused a second, queue full", (watch) => perSecond(watch, sum(watch, refusedByFullQueue))],
  [
    "accept queue, longest",
    (watch) => String(Math.max(0, ...watch.listeners.map(({ window }) => window?.lengthMost ?? 0))),
  ],
  ["full for", (watch) => timeText(Math.max(0, ...watch.listeners.map(({ window }) => window?.fullMs ?? 0)))],
  ["waiting at the end", (watch) => String(sum(watch, ({ acceptQueue }) => acceptQueue.length))],
];

function refusedByFullQueue({ window }: WatchedListener): number {
  const cause = window?.refused["accept-queue-full"];
  return cause === undefined ? 0 : cause.own + cause.shared;
}

function sum({ listeners }: WhyDocument, read: (listener: WatchedListener) => number): number {
  return listeners.reduce((total, listener) => total + read(listener), 0);
}

function perSecond({ watchedMs }: WhyDocument, packets: number): string {
  return ((packets * 1000) / Math.max(1, watchedMs)).toFixed(1);
}

function gotInLines(
  { atTheCall, gotIn, still }: RaiseWatch["halfOpen"],
  after: WhyDocument,
  to: number,
  width: number,
): string[] {
  const clients =
    atTheCall === 0
      ? "No handshake was half-open at the call. Clients whose SYN was refused leave no trace here: they come with their next SYN."
      : `Of ${count(atTheCall, "client")} whose handshake was half-open at the call ${gotIn} got in, ${still} still wait for their next resend.`;
  const isFull = after.listeners.some(({ acceptQueue }) => acceptQueue.length >= acceptQueue.capacity);
  const warning = isFull
    ? [`The queue is full again with ${to}: the process does not accept fast enough.`]
    : [];
  return ["", ...[clients, ...warning].flatMap((text) => wrap(text, width, ""))];
}
