/**
 * The lengths of both queues over a run, with the moment that is shown marked; the same numbers as a table.
 *
 * @module
 */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { QueueSample } from "../../../../core/trace/index.ts";
import { onSchemeChange, type Palette, paletteOf } from "./palette.ts";
import type { Player } from "./player.ts";

const HEIGHT = 170;
/** A table of more rows is no help. */
const MOST_ROWS = 40;
/** More points than pixels are of no use. */
const MOST_POINTS = 4_000;

interface QueueChartProps {
  readonly player: Player;
  readonly samples: readonly QueueSample[];
  readonly listener: string;
}

/** The chart of one listener. */
export function QueueChart({ player, samples, listener }: QueueChartProps): JSX.Element {
  const own = useMemo(() => thinned(samples.filter((one) => one.listener === listener)), [samples, listener]);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  useEffect(() => {
    const draw = () => {
      chart.current?.destroy();
      chart.current = place.current === null ? null : plotOn(place.current, own, player);
    };
    draw();
    const observer = new ResizeObserver(() => fitChart(place.current, chart.current));
    if (place.current !== null) observer.observe(place.current);
    const forget = onSchemeChange(draw);
    return () => {
      forget();
      observer.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [own, player]);
  useSignalEffect(() => {
    if (player.at.value >= 0) chart.current?.redraw(false, false);
  });
  return (
    <figure class="chart">
      <figcaption>
        Queue lengths of {listener}
        <span class="key accept">accept queue</span>
        <span class="key syn">SYN queue</span>
        <span class="key capacity">capacity</span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
      <SampleTable samples={own} />
    </figure>
  );
}

function SampleTable({ samples }: { readonly samples: readonly QueueSample[] }): JSX.Element {
  const changes = samples.filter((one, at) => at === 0 || isChange(one, samples[at - 1]));
  const step = Math.max(1, Math.ceil(changes.length / MOST_ROWS));
  return (
    <details>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">at (s)</th>
            <th scope="col">accept queue</th>
            <th scope="col">SYN queue</th>
            <th scope="col">limit</th>
          </tr>
        </thead>
        <tbody>
          {changes
            .filter((_, at) => at % step === 0)
            .map(({ at, acceptQueue, synQueue, limit }) => (
              <tr key={at}>
                <td class="number">{(at / 1000).toFixed(3)}</td>
                <td class="number">{acceptQueue}</td>
                <td class="number">{synQueue}</td>
                <td class="number">{limit}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}

function isChange(one: QueueSample, other: QueueSample | undefined): boolean {
  return (
    one.acceptQueue !== other?.acceptQueue || one.synQueue !== other.synQueue || one.limit !== other.limit
  );
}

/** The longest of each group stays: a peak is what matters. */
function thinned(samples: readonly QueueSample[]): readonly QueueSample[] {
  const size = Math.ceil(samples.length / MOST_POINTS);
  if (size <= 1) return samples;
  const groups = Array.from({ length: Math.ceil(samples.length / size) }, (_, at) =>
    samples.slice(at * size, (at + 1) * size),
  );
  return groups.flatMap((group) => {
    const longest = group.reduce((most, one) => (one.acceptQueue > most.acceptQueue ? one : most));
    return [longest];
  });
}

function fitChart(place: HTMLElement | null, chart: uPlot | null): void {
  if (place !== null && chart !== null && place.clientWidth > 0)
    chart.setSize({ width: place.clientWidth, height: HEIGHT });
}

function plotOn(place: HTMLElement, samples: readonly QueueSample[], player: Player): uPlot {
  const palette = paletteOf(place);
  const data: uPlot.AlignedData = [
    samples.map(({ at }) => at / 1000),
    samples.map(({ acceptQueue }) => acceptQueue),
    samples.map(({ synQueue }) => synQueue),
    samples.map(({ limit }) => limit + 1),
  ];
  return new uPlot(optionsOf(place.clientWidth || 300, palette, player), data, place);
}

function optionsOf(width: number, palette: Palette, player: Player): uPlot.Options {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const line = (stroke: string, rest: Partial<uPlot.Series>): uPlot.Series => ({
    stroke,
    points: { show: false },
    ...(paths === undefined ? {} : { paths }),
    ...rest,
  });
  const axis = (unit: string): uPlot.Axis => ({
    stroke: palette.quiet,
    grid: { stroke: palette.line, width: 0.5 },
    ticks: { stroke: palette.line, width: 0.5 },
    font: "11px system-ui, sans-serif",
    values: (_plot, values) =>
      values.map((value) => (Number.isInteger(value) || unit === " s" ? `${value}${unit}` : "")),
  });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, _least, most) => [0, Math.max(1, most) * 1.08] } },
    axes: [axis(" s"), { ...axis(""), size: 44 }],
    series: [
      {},
      line(palette.accept, { width: 2, fill: palette.fill }),
      line(palette.syn, { width: 1.5, dash: [5, 3] }),
      line(palette.bad, { width: 1, dash: [2, 3] }),
    ],
    hooks: { draw: [(plot) => drawNow(plot, player, palette)] },
  };
}

/** The moment that is shown. */
function drawNow(plot: uPlot, player: Player, palette: Palette): void {
  const x = plot.valToPos(player.at.peek() / 1000, "x", true);
  const { left, top, width, height } = plot.bbox;
  if (x < left || x > left + width) return;
  plot.ctx.save();
  plot.ctx.strokeStyle = palette.ink;
  plot.ctx.lineWidth = devicePixelRatio;
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, top);
  plot.ctx.lineTo(x, top + height);
  plot.ctx.stroke();
  plot.ctx.restore();
}
