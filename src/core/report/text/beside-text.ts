/**
 * Two runs of one scenario beside each other, as text: where they part and why, the counters, and the lanes that differ.
 *
 * @module
 */

import {
  besideRows,
  type Lane,
  type LaneEvent,
  type Parting,
  type Reasons,
  type TraceComparison,
} from "../../compare/eras/index.ts";
import { type KernelRules, RULE_WORDS } from "../../model/index.ts";
import { columns } from "../layout/columns.ts";
import { wrap } from "../layout/text-layout.ts";
import type { TextStyle } from "./experiment-text.ts";

/** Lanes shown in full at most: more would bury the first one. */
const LANES_SHOWN = 4;

/** A run that stands beside another one. */
export interface BesideRun {
  /** Whose it is. */
  readonly name: string;
  readonly lanes: readonly Lane[];
}

/**
 * Everything that is to be said about two runs.
 *
 * @param why lines that say why they part; none where nobody knows
 */
export function formatBeside(
  one: BesideRun,
  other: BesideRun,
  comparison: TraceComparison,
  why: readonly string[],
  { paint }: TextStyle,
): string {
  const title = paint("title", `${one.name} and ${other.name} beside each other`);
  const counters = counterLines(one, other, comparison);
  const [first] = comparison.partings;
  if (first === undefined) return [title, "They do the same in every lane.", ...counters, ""].join("\n");
  const shown = comparison.partings.slice(0, LANES_SHOWN);
  const left = comparison.partings.length - shown.length;
  return [
    title,
    ...partingLines(one, other, first),
    ...why,
    "",
    ...shown.flatMap(({ lane }) => laneLines(lane, one, other)),
    ...(left > 0 ? [`${left} more differ.`, ""] : []),
    ...counters,
    "",
  ].join("\n");
}

function partingLines(one: BesideRun, other: BesideRun, { lane, at, ...events }: Parting): string[] {
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

/** Why two kernels of the model part. */
export function formatReasons(
  one: KernelRules,
  other: KernelRules,
  { rules, isEachEnough }: Reasons,
  { width }: TextStyle,
): string[] {
  if (rules.length === 0) return [];
  const reasons = rules.map((rule) => {
    const values = `${one.name} has ${String(one[rule])}, ${other.name} has ${String(other[rule])}`;
    const { about, where } = RULE_WORDS[rule];
    return `${about} (${rule}: ${values}; ${where})`;
  });
  const joint = isEachEnough ? ", or in " : ", together with ";
  return wrap(`Because they differ in ${reasons.join(joint)}.`, width, "");
}

function laneLines(lane: string, one: BesideRun, other: BesideRun): string[] {
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

function counterLines(one: BesideRun, other: BesideRun, { counters }: TraceComparison): string[] {
  if (counters.length === 0) return ["Every counter that both have rose by the same."];
  const rows = counters.map((counter) => [counter.name, `+${counter.one}`, `+${counter.other}`]);
  return columns(["counter", one.name, other.name], rows, [1, 2]);
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
