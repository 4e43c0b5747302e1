/**
 * Lengths of both queues over time as steps, with the capacity and axes.
 *
 * @module
 */
import type { Palette } from "./palette.ts";
import { FONT } from "./picture.ts";

/** What is drawn. Lists are of one length. */
export interface ChartData {
  /** In milliseconds, rising. */
  readonly at: readonly number[];
  readonly accept: readonly number[];
  readonly syn: readonly number[];
  readonly capacity: readonly number[];
}

/** Where and how. */
export interface ChartFrame {
  readonly width: number;
  readonly height: number;
  /** The times at the left and the right edge. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Without them it fills the canvas. */
  readonly hasAxes: boolean;
  /** A time as its axis says it; seconds since the start where left out. */
  readonly timeText?: (ms: number) => string;
  readonly palette: Palette;
}

/** Room for the numbers, in CSS pixels. */
export const AXES = { left: 40, bottom: 24, top: 6, right: 10 } as const;
/** A label whose middle is nearer to the right edge ends there. */
const LAST_LABEL = 26;
/** A capacity that nothing comes near would flatten everything else. */
const MOST_HEADROOM = 4;

interface Scales {
  x(at: number): number;
  y(value: number): number;
  readonly top: number;
}

/** Draws it over whatever was there. */
export function drawChart(context: CanvasRenderingContext2D, data: ChartData, frame: ChartFrame): void {
  const { palette, hasAxes } = frame;
  context.clearRect(0, 0, frame.width, frame.height);
  const scales = scalesOf(data, frame);
  if (hasAxes) drawAxes(context, frame, scales);
  context.save();
  context.beginPath();
  const inset = hasAxes ? AXES : { left: 0, bottom: 0, top: 0, right: 0 };
  context.rect(inset.left, 0, frame.width - inset.left - inset.right, frame.height - inset.bottom + 1);
  context.clip();
  drawSteps(context, data.at, data.accept, {
    scales,
    frame,
    color: palette.accept,
    fill: palette.fill,
    dash: [],
    width: 2,
  });
  drawSteps(context, data.at, data.syn, {
    scales,
    frame,
    color: palette.syn,
    fill: null,
    dash: [5, 3],
    width: 1.5,
  });
  drawSteps(context, data.at, data.capacity, {
    scales,
    frame,
    color: palette.bad,
    fill: null,
    dash: [2, 3],
    width: 1,
  });
  context.restore();
}

function scalesOf({ accept, syn, capacity }: ChartData, frame: ChartFrame): Scales {
  const { width, height, fromMs, toMs, hasAxes } = frame;
  const inset = hasAxes ? AXES : { left: 0, bottom: 1, top: 2, right: 0 };
  const most = (list: readonly number[]) => list.reduce((one, other) => Math.max(one, other), 0);
  const longest = Math.max(1, most(accept), most(syn));
  const top = Math.max(longest, Math.min(most(capacity), MOST_HEADROOM * longest)) * 1.06;
  const [room, rise] = [width - inset.left - inset.right, height - inset.bottom - inset.top];
  return {
    x: (at) => inset.left + ((at - fromMs) / Math.max(1e-9, toMs - fromMs)) * room,
    y: (value) => height - inset.bottom - (Math.min(value, top) / top) * rise,
    top,
  };
}

interface StepLook {
  readonly scales: Scales;
  readonly frame: ChartFrame;
  readonly color: string;
  readonly fill: string | null;
  readonly dash: readonly number[];
  readonly width: number;
}

function drawSteps(
  context: CanvasRenderingContext2D,
  at: readonly number[],
  values: readonly number[],
  { scales, frame, color, fill, dash, width }: StepLook,
): void {
  if (at.length === 0) return;
  const right = scales.x(frame.toMs);
  context.beginPath();
  for (const [place, value] of values.entries()) {
    const y = scales.y(value);
    context.lineTo(scales.x(at[place] ?? 0), y);
    context.lineTo(at[place + 1] === undefined ? right : scales.x(at[place + 1] ?? 0), y);
  }
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
  if (fill === null) return;
  context.lineTo(right, scales.y(0));
  context.lineTo(scales.x(at[0] ?? 0), scales.y(0));
  context.globalAlpha = 0.55;
  context.fillStyle = fill;
  context.fill();
  context.globalAlpha = 1;
}

function drawAxes(context: CanvasRenderingContext2D, frame: ChartFrame, { x, y, top }: Scales): void {
  const { palette, fromMs, toMs, width, height, timeText = secondsText } = frame;
  context.font = `11px ${FONT}`;
  context.fillStyle = palette.quiet;
  context.strokeStyle = palette.line;
  context.lineWidth = 0.5;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of ticks(0, top, 4, 1)) {
    rule(context, AXES.left, y(value), width - AXES.right, y(value));
    context.fillText(String(value), AXES.left - 7, y(value));
  }
  context.textBaseline = "alphabetic";
  for (const at of ticks(fromMs, toMs, Math.max(2, Math.floor(width / 90)), 1)) {
    rule(context, x(at), AXES.top, x(at), height - AXES.bottom);
    context.textAlign = x(at) > width - LAST_LABEL ? "right" : "center";
    context.fillText(timeText(at), Math.min(x(at), width - AXES.right), height - 7);
  }
}

function rule(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function secondsText(ms: number): string {
  return ms !== 0 && Math.abs(ms) < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}

/** Round values between two, some `count` of them, none nearer to each other than `least`. */
function ticks(from: number, to: number, count: number, least: number): number[] {
  const raw = Math.max(least, (to - from) / count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw * 0.999) ?? raw;
  const first = Math.ceil(from / step);
  return Array.from(
    { length: Math.max(0, Math.floor(to / step) - first + 1) },
    (_, place) => (first + place) * step,
  );
}
