/**
 * A listener's queues over time as a picture: a stepped line for each, dotted what the accept queue holds, and a wash where it
 * was full.
 *
 * @module
 */
import { type Markup, markup } from "../page/markup.ts";
import { type HorizontalAxis, horizontalAxis, type TimeSpan, timeMarks } from "./axis.ts";
import { clipped, type Frame, LINE_PX, linesOf, px } from "./picture-frame.ts";
import { PICTURE_NS } from "./picture-style.ts";
import type { QueueLine, QueueSeries, QueueStep } from "./queue-series.ts";
import { roundMarks } from "./round-marks.ts";

const PLOT_PX = 130;
const AXIS_PX = 24;
const LENGTH_MARKS = 5;

/** The chart. */
export function queueSvg(series: QueueSeries, span: TimeSpan, frame: Frame): Markup {
  const axis = horizontalAxis(span, frame);
  const top = frame.name === "wide" ? 14 : 14 + (1 + series.lines.length) * LINE_PX;
  const bottom = top + PLOT_PX;
  const highest = topOf(series.lines);
  const y = (length: number) => px(bottom - (Math.min(length, highest) / highest) * PLOT_PX);
  return markup`<svg xmlns="${PICTURE_NS}" viewBox="0 0 ${frame.width} ${bottom + AXIS_PX}" width="${frame.width}" role="img" class="listenq-picture">
<title>The queues of ${series.listener}</title>
${fullSpans(series.lines).map(({ from, to }) => markup`<rect x="${axis.x(from)}" y="${top}" width="${px(Math.max(1, axis.x(Math.min(to, span.to)) - axis.x(from)))}" height="${PLOT_PX}" class="wash"/>`)}
${timeMarks(axis, frame, top, bottom)}
${lengthMarks(highest).map((length) => lengthMark(length, y(length), frame))}
${series.lines.map(({ kind, steps }) => markup`<path d="${pathOf(steps, axis, y)}" class="${kind === "capacity" ? "capacity" : `queue-${kind}`}"/>`)}
${captions(series, frame, top)}
</svg>
`;
}

/** Of connections there are whole ones only. A limit far above the queues would press them to the ground. */
function topOf(lines: readonly QueueLine[]): number {
  const most = (wanted: (line: QueueLine) => boolean) =>
    lines
      .filter(wanted)
      .reduce((max, { steps }) => steps.reduce((high, { length }) => Math.max(high, length), max), 1);
  const longest = most(({ kind }) => kind !== "capacity");
  const highest = most(() => true);
  return (highest > 4 * longest ? longest : highest) * 1.08;
}

function lengthMarks(top: number): number[] {
  return roundMarks(top, LENGTH_MARKS).values.filter(Number.isInteger);
}

function lengthMark(length: number, y: number, { plot }: Frame): Markup {
  return markup`<line x1="${plot.left}" y1="${y}" x2="${plot.right}" y2="${y}" class="grid"/>
<text x="${plot.left - 8}" y="${px(y + 4)}" class="end soft">${length}</text>
`;
}

/** When the accept queue had no room, where its capacity is known. */
function fullSpans(lines: readonly QueueLine[]): TimeSpan[] {
  const [queue, capacity] = [
    lines.find(({ kind, label }) => kind === "accept" && label === "accept queue"),
    lines.find(({ kind }) => kind === "capacity"),
  ];
  if (queue === undefined || capacity === undefined) return [];
  const spans: TimeSpan[] = [];
  for (const [place, { at, length }] of queue.steps.entries()) {
    const room = capacity.steps.findLast((step) => step.at <= at)?.length ?? Number.POSITIVE_INFINITY;
    if (length >= room) spans.push({ from: at, to: queue.steps[place + 1]?.at ?? Number.POSITIVE_INFINITY });
  }
  return spans;
}

/** A stepped line. Steps that fall on one pixel are one: the longest of them. */
function pathOf(steps: readonly QueueStep[], axis: HorizontalAxis, y: (length: number) => number): string {
  const columns = new Map<number, { high: number; last: number }>();
  for (const { at, length } of steps) {
    const x = axis.x(at);
    const known = columns.get(x);
    columns.set(x, { high: Math.max(known?.high ?? 0, length), last: length });
  }
  let path = "";
  for (const [x, { high, last }] of columns) {
    path += path === "" ? `M${x} ${y(high)}` : `H${x}V${y(high)}`;
    if (last !== high) path += `V${y(last)}`;
  }
  return `${path}H${axis.x(Number.POSITIVE_INFINITY)}`;
}

/** The listener's name, and what each line is: beside the plot, or above it where that is narrow. */
function captions({ listener, lines }: QueueSeries, frame: Frame, top: number): Markup {
  const isWide = frame.name === "wide";
  const shown = [...lines].reverse();
  const x = isWide ? frame.plot.right + 44 : 46;
  const first = isWide ? top + 12 : 14 + LINE_PX;
  return markup`${isWide ? linesOf(listener, frame.plot.left - 44).map((line, at) => markup`<text x="0" y="${top + 12 + at * LINE_PX}" class="strong">${line}</text>`) : markup`<text x="0" y="14" class="strong">${clipped(listener, frame.width)}</text>`}
${shown.map(({ kind, label, steps }, at) => {
  const base = first + at * LINE_PX;
  const most = steps.reduce((max, { length }) => Math.max(max, length), 0);
  const words = kind === "capacity" ? label : `${label}, up to ${most}`;
  return markup`<line x1="${x - 28}" y1="${base - 4}" x2="${x - 6}" y2="${base - 4}" class="${kind === "capacity" ? "capacity" : `queue-${kind}`}"/>
<text x="${x}" y="${base}" class="${kind === "capacity" ? "capacity-text" : `${kind}-text`}">${clipped(words, frame.width - x)}</text>
`;
})}
`;
}
