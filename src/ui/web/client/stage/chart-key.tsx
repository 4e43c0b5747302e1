/**
 * Which line of a chart of queues is what.
 *
 * @module
 */
import type { JSX } from "preact";

/** The key, beside a chart's caption. */
export function ChartKey(): JSX.Element {
  return (
    <span class="keys">
      <span class="key accept">accept queue</span>
      <span class="key syn">SYN queue</span>
      <span class="key capacity">what fits</span>
    </span>
  );
}
