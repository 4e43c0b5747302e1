/**
 * Two runs of one scenario beside each other, as text: where they part and why, the counters, and the lanes that differ.
 *
 * @module
 */
import { RULE_WORDS } from "../model/index.ts";
import {
  besideRows,
  type EraComparison,
  type Lane,
  type LaneEvent,
  type Parting,
} from "../simulate/index.ts";
import type { TextStyle } from "./experiment-text.ts";
import type { ComparedRun } from "./simulate-document.ts";
import { columns, wrap } from "./text-layout.ts";

/** Lanes shown in full at most: more would bury the first one. */
const LANES_SHOWN = 4;

/** Everything that is to be said about two runs. */
export function formatBeside(
  one: ComparedRun,
  other: ComparedRun,
  comparison: EraComparison,
  style: TextStyle,
): string {
  const title = style.paint("title", `${one.name} and ${other.name} beside each other`);
  const [first] = comparison.partings;
  if (first === undefined)
    return [title, ...counterLines(one, other, comparison), "They do the same in every lane.", ""].join("\n");
  const shown = comparison.partings.slice(0, LANES_SHOWN);
  const left = comparison.partings.length - shown.length;
  return [
    title,
    ...partingLines(one, other, first),
    ...reasonLines(one, other, comparison, style),
    "",
    ...shown.flatMap(({ lane }) => laneLines(lane, one, other)),
    ...(left > 0 ? [`${left} more lanes differ.`, ""] : []),
    ...counterLines(one, other, comparison),
    "",
  ].join("\n");
}

function partingLines(one: ComparedRun, other: ComparedRun, { lane, at, ...events }: Parting): string[] {
  return [
    `They part at ${inSeconds(at)} s, at ${lane}:`,
    ...columns(
      [],
      [
        ["", one.name, tell(events.one)],
        ["", other.name, tell(events.other)],
      ],
    ),
  ];
}

function reasonLines(
  one: ComparedRun,
  other: ComparedRun,
  { because }: EraComparison,
  style: TextStyle,
): string[] {
  const [left, right] = [one.rules, other.rules];
  if (left === null || right === null) return [];
  const reasons = because.rules.map((field) => {
    const values = `${one.name} has ${String(left[field])}, ${other.name} has ${String(right[field])}`;
    const { about, where } = RULE_WORDS[field];
    return `${about} (${field}: ${values}; ${where})`;
  });
  const joint = because.isEachEnough ? ", or in " : ", together with ";
  return wrap(`Because they differ in ${reasons.join(joint)}.`, style.width, "");
}

function laneLines(lane: string, one: ComparedRun, other: ComparedRun): string[] {
  const rows = besideRows(eventsOf(one.lanes, lane), eventsOf(other.lanes, lane)).map((row) => [
    row.one === null || row.other === null ? "*" : "",
    ...cells(row.one),
    ...cells(row.other),
  ]);
  return [lane, ...columns(["", "at (s)", one.name, "at (s)", other.name], rows, [1, 3]), ""];
}

function eventsOf(lanes: readonly Lane[], name: string): readonly LaneEvent[] {
  return lanes.find((lane) => lane.name === name)?.events ?? [];
}

function cells(event: LaneEvent | null): string[] {
  return event === null ? ["", ""] : [inSeconds(event.at), event.text];
}

function tell(event: LaneEvent | null): string {
  return event === null ? "nothing more" : `${event.text} at ${inSeconds(event.at)} s`;
}

function counterLines(one: ComparedRun, other: ComparedRun, { counters }: EraComparison): string[] {
  if (counters.length === 0) return ["Every counter rose by the same."];
  const cell = (rise: number | null) => (rise === null ? "-" : `+${rise}`);
  const rows = counters.map((counter) => [counter.name, cell(counter.one), cell(counter.other)]);
  return columns(["counter", one.name, other.name], rows, [1, 2]);
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
