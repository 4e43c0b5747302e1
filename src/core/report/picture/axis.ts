/**
 * The time axis of the pictures whose time runs from left to right: marks at round numbers, in a unit that suits the whole.
 *
 * @module
 */
import { type Markup, markup } from "../page/markup.ts";
import { type Frame, px } from "./picture-frame.ts";
import { roundMarks } from "./round-marks.ts";

/** A span of time on the plot of a frame. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** Places on the axis. */
export interface HorizontalAxis {
  readonly span: TimeSpan;
  x(at: number): number;
}

/** An axis over a span; one of no length is taken for a millisecond. */
export function horizontalAxis({ from, to }: TimeSpan, { plot }: Frame): HorizontalAxis {
  const lengthMs = Math.max(to - from, 1e-3);
  const x = (at: number) => {
    const share = Math.min(1, Math.max(0, (at - from) / lengthMs));
    return px(plot.left + share * (plot.right - plot.left));
  };
  return { span: { from, to }, x };
}

/** Lines through the plot and their times below it. Times count from the beginning of the span. */
export function timeMarks({ span, x }: HorizontalAxis, frame: Frame, top: number, bottom: number): Markup[] {
  const lengthMs = Math.max(span.to - span.from, 1e-3);
  const [unit, unitMs] = unitFor(lengthMs);
  const { values, text } = roundMarks(lengthMs / unitMs, frame.timeMarks);
  return values.map((value) => {
    const at = x(span.from + value * unitMs);
    return markup`<line x1="${at}" y1="${px(top)}" x2="${at}" y2="${px(bottom)}" class="grid"/>
<text x="${at}" y="${px(bottom + 15)}" class="middle soft">${value === 0 ? "0" : `${text(value)} ${unit}`}</text>
`;
  });
}

function unitFor(lengthMs: number): readonly [unit: string, unitMs: number] {
  if (lengthMs >= 600_000) return ["min", 60_000];
  return lengthMs >= 1500 ? ["s", 1000] : ["ms", 1];
}
