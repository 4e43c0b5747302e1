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
  return (
    <Canvas
      class="live-chart"
      height={height}
      label={label}
      draw={(context, size) => drawChart(context, data, { ...size, fromMs: -LONGEST_MS, toMs: 0, hasAxes })}
    />
  );
}
