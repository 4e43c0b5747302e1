/**
 * A listener's queue and its limit over the last minutes.
 *
 * @module
 */
import type { JSX } from "preact";
import { Canvas } from "../stage/canvas.tsx";
import { drawChart } from "../stage/draw-chart.ts";
import { type LiveHistory, LONGEST_MS } from "./live-state.ts";

interface LiveChartProps {
  readonly history: LiveHistory | undefined;
  readonly capacity: number;
  readonly height: number;
  readonly label: string;
  readonly hasAxes?: boolean;
}

/** So much is shown from the first moment on. */
const LEAST_MS = 30_000;
const NOTHING: LiveHistory = { at: [], accept: [], syn: [] };

/** The chart; its words are its accessible name. */
export function LiveChart({
  history = NOTHING,
  capacity,
  height,
  label,
  hasAxes = false,
}: LiveChartProps): JSX.Element {
  const { at, accept, syn } = history;
  const toMs = at.at(-1) ?? 0;
  // Seconds before now are what somebody asks for: now is 0.
  const data = { at: at.map((one) => one - toMs), accept, syn, capacity: at.map(() => capacity) };
  const fromMs = -Math.max(LEAST_MS, Math.min(LONGEST_MS, toMs - (at[0] ?? 0)));
  return (
    <Canvas
      class="live-chart"
      height={height}
      label={label}
      draw={(context, size) =>
        drawChart(context, data, { ...size, fromMs, toMs: 0, hasAxes, timeText: agoText })
      }
    />
  );
}

function agoText(ms: number): string {
  return ms === 0 ? "now" : `${-ms / 1000} s ago`;
}
