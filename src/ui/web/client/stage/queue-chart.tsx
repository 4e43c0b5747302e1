/**
 * The lengths of both queues over a run, with the moment that is shown marked; the same numbers as a table.
 *
 * @module
 */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { QueueSample } from "../../../../core/trace/index.ts";
import { Canvas } from "./canvas.tsx";
import { ChartKey } from "./chart-key.tsx";
import { AXES, type ChartData, drawChart } from "./draw-chart.ts";
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
  const data = useMemo(() => chartDataOf(own), [own]);
  return (
    <figure class="chart">
      <figcaption>
        Queue lengths of {listener}
        <ChartKey />
      </figcaption>
      <div class="plot">
        <Canvas
          class="plot-canvas"
          height={HEIGHT}
          label={null}
          draw={(context, size) =>
            drawChart(context, data, { ...size, fromMs: 0, toMs: player.endMs, hasAxes: true })
          }
        />
        <NowLine player={player} />
      </div>
      <SampleTable samples={own} />
    </figure>
  );
}

/** The moment that is shown; moved without drawing the chart anew. */
function NowLine({ player }: { readonly player: Player }): JSX.Element {
  const share = player.endMs > 0 ? player.at.value / player.endMs : 0;
  const left = `calc(${AXES.left}px + (100% - ${AXES.left + AXES.right}px) * ${share})`;
  return <div class="now" style={{ left }} aria-hidden="true" />;
}

function chartDataOf(samples: readonly QueueSample[]): ChartData {
  return {
    at: samples.map(({ at }) => at),
    accept: samples.map(({ acceptQueue }) => acceptQueue),
    syn: samples.map(({ synQueue }) => synQueue),
    capacity: samples.map(({ limit }) => limit + 1),
  };
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
