/**
 * A listener's queue and its limit over the last minutes.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { paletteOf } from "../stage/palette.ts";
import { type LiveHistory, MOST_POINTS } from "./live-state.ts";

interface LiveChartProps {
  readonly history: LiveHistory | undefined;
  readonly capacity: number;
  readonly height: number;
  readonly label: string;
}

/** The chart; its words are its accessible name. */
export function LiveChart({ history, capacity, height, label }: LiveChartProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && history !== undefined) drawOn(canvas.current, history, capacity, height);
  });
  return <canvas ref={canvas} class="live-chart" role="img" aria-label={label} data-height={height} />;
}

function drawOn(
  canvas: HTMLCanvasElement,
  { accept, syn }: LiveHistory,
  capacity: number,
  height: number,
): void {
  const context = canvas.getContext("2d");
  const width = canvas.clientWidth;
  if (context === null || width === 0) return;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.height = `${height}px`;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  const palette = paletteOf(canvas);
  // A capacity that nothing comes near would flatten everything else.
  const top = Math.max(1, Math.min(capacity, 4 * Math.max(1, ...accept, ...syn))) * 1.12;
  const y = (value: number) => height - 1 - (Math.min(value, top) / top) * (height - 3);
  const x = (place: number, count: number) => width - ((count - place) / MOST_POINTS) * width;
  context.fillStyle = palette.fill;
  context.strokeStyle = palette.accept;
  context.lineWidth = 1.5;
  trace(context, accept, x, y);
  context.stroke();
  context.lineTo(width, height);
  context.lineTo(x(0, accept.length), height);
  context.fill();
  context.strokeStyle = palette.syn;
  context.setLineDash([4, 3]);
  trace(context, syn, x, y);
  context.stroke();
  context.setLineDash([2, 3]);
  context.strokeStyle = capacity <= top ? palette.bad : palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y(capacity));
  context.lineTo(width, y(capacity));
  context.stroke();
  context.setLineDash([]);
}

function trace(
  context: CanvasRenderingContext2D,
  values: readonly number[],
  x: (place: number, count: number) => number,
  y: (value: number) => number,
): void {
  context.beginPath();
  for (const [place, value] of values.entries()) {
    context.lineTo(x(place, values.length), y(value));
    context.lineTo(x(place + 1, values.length), y(value));
  }
}
