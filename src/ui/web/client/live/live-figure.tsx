/**
 * The chart of the listener that is opened, with its key and the same numbers as a table.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ChartKey } from "../stage/chart-key.tsx";
import { LiveChart } from "./live-chart.tsx";
import type { LiveHistory } from "./live-state.ts";

const HEIGHT = 160;
const MOST_ROWS = 30;

interface LiveFigureProps {
  readonly name: string;
  readonly history: LiveHistory | undefined;
  readonly capacity: number;
}

/** The figure. */
export function LiveFigure({ name, history, capacity }: LiveFigureProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <figure class="chart">
      <figcaption>
        The longest of each half second
        <ChartKey />
      </figcaption>
      <LiveChart history={history} capacity={capacity} height={HEIGHT} label={`Queues of ${name}`} hasAxes />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>As a table</summary>
        {isOpen && history !== undefined ? <ChangeTable history={history} /> : null}
      </details>
    </figure>
  );
}

/** When a length changed, the newest first. */
function ChangeTable({ history: { at, accept, syn } }: { readonly history: LiveHistory }): JSX.Element {
  const now = at.at(-1) ?? 0;
  const changes = at.flatMap((one, place) =>
    accept[place] === accept[place - 1] && syn[place] === syn[place - 1] ? [] : [{ one, place }],
  );
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">s ago</th>
          <th scope="col">accept queue</th>
          <th scope="col">SYN queue</th>
        </tr>
      </thead>
      <tbody>
        {changes
          .slice(-MOST_ROWS)
          .reverse()
          .map(({ one, place }) => (
            <tr key={one}>
              <td class="number">{((now - one) / 1000).toFixed(1)}</td>
              <td class="number">{accept[place]}</td>
              <td class="number">{syn[place]}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
