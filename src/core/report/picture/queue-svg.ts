/**
 * A listener's queues over time as a picture: two stepped lines, and where the accept queue is full.
 *
 * @module
 */
import type { QueueSample } from "../../trace/index.ts";
import { Markup, markup } from "../page/markup.ts";
import { STYLE } from "./picture-style.ts";
import { roundMarks } from "./round-marks.ts";

const WIDTH = 1000;
const HEIGHT = 220;
const MARGIN = { left: 48, right: 28, top: 30, bottom: 34 } as const;
const TIME_MARKS = 10;
const LENGTH_MARKS = 6;

/** The picture of one listener; null where it was never looked at. */
export function queueSvg(listener: string, samples: readonly QueueSample[]): Markup | null {
  const own = samples.filter((sample) => sample.listener === listener);
  const last = own.at(-1);
  if (last === undefined) return null;
  const highest = Math.max(1, ...own.map((one) => Math.max(one.acceptQueue, one.synQueue, one.limit + 1)));
  // A limit far above the queues would press them to the ground.
  const longest = Math.max(1, ...own.map((one) => Math.max(one.acceptQueue, one.synQueue)));
  const top = highest > 4 * longest ? longest + 1 : highest;
  const x = (at: number) =>
    round(MARGIN.left + (at / Math.max(1, last.at)) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (length: number) =>
    round(HEIGHT - MARGIN.bottom - (length / top) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" class="listenq-picture">
<title>queues of ${listener}</title>
${new Markup(STYLE)}
<text x="${MARGIN.left}" y="18" class="head">${listener}</text>
<text x="${WIDTH - MARGIN.right}" y="18" class="end">solid: accept queue, dashed: SYN queue, dotted: capacity</text>
${lengthMarks(top).map((length) => lengthMark(length, y(length)))}
${timeMarks(last.at, x)}
<path d="${steps(
    own,
    (one) => one.limit + 1,
    x,
    (length) => y(Math.min(length, top)),
  )}" class="capacity" fill="none"/>
<path d="${steps(own, (one) => one.synQueue, x, y)}" class="syn"/>
<path d="${steps(own, (one) => one.acceptQueue, x, y)}" class="accept"/>
</svg>
`;
}

/** A stepped line: a queue keeps its length until somebody saw another one. */
function steps(
  samples: readonly QueueSample[],
  read: (sample: QueueSample) => number,
  x: (at: number) => number,
  y: (length: number) => number,
): string {
  let path = "";
  let last: number | null = null;
  for (const sample of samples) {
    const length = read(sample);
    if (last === null) path += `M${x(sample.at)} ${y(length)}`;
    else if (length !== last) path += `H${x(sample.at)}V${y(length)}`;
    last = length;
  }
  return `${path}H${x(samples.at(-1)?.at ?? 0)}`;
}

/** Of connections there are whole ones only. */
function lengthMarks(top: number): number[] {
  return roundMarks(top, LENGTH_MARKS).values.filter(Number.isInteger);
}

function lengthMark(length: number, y: number): Markup {
  return markup`<line x1="${MARGIN.left}" y1="${y}" x2="${WIDTH - MARGIN.right}" y2="${y}" class="grid"/>
<text x="${MARGIN.left - 8}" y="${y + 4}" class="end">${length}</text>
`;
}

function timeMarks(lastMs: number, x: (ms: number) => number): Markup[] {
  const { values, text } = roundMarks(lastMs / 1000, TIME_MARKS);
  return values.map(
    (
      seconds,
    ) => markup`<text x="${x(seconds * 1000)}" y="${HEIGHT - 12}" class="middle">${text(seconds)} s</text>
`,
  );
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
