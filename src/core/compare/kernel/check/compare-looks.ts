/**
 * What a recording saw when it looked at the server, against the model at that moment.
 *
 * @module
 */
import type { ServerHost } from "../../../model/index.ts";
import type { QueueSample } from "../../../trace/index.ts";
import type { Contradiction } from "./contradiction.ts";

/** Compares the clients whose handshakes the server's socket table showed half-open; null if they are the model's. */
export function compareHalfOpen(host: ServerHost, halfOpen: readonly string[]): Contradiction | null {
  const expected = host
    .halfOpen()
    .map(String)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(", ");
  const observed = halfOpen.join(", ");
  return expected === observed ? null : { expected: `half-open: ${expected}`, observed };
}

/** Compares a sample of a listener's queues; null if it agrees, or if the model has no such listener. */
export function compareSample(host: ServerHost, sample: QueueSample): Contradiction | null {
  const view = host.listener(sample.listener);
  if (view === null) return null;
  const expected = {
    acceptQueue: view.acceptQueue.length,
    limit: view.limit,
    synQueue: host.halfOpen(view.endpoint).length,
    ...(view.drops === null || sample.drops === null ? {} : { drops: view.drops }),
  };
  const differing = Object.entries(expected).filter(
    ([name, value]) => sample[name as keyof QueueSample] !== value,
  );
  if (differing.length === 0) return null;
  const words = (wordOf: (name: string, value: number) => unknown) =>
    differing.map(([name, value]) => `${name} ${String(wordOf(name, value))}`).join(", ");
  return {
    expected: `${sample.listener}: ${words((_, value) => value)}`,
    observed: words((name) => sample[name as keyof QueueSample]),
  };
}
