/**
 * How long a listener's queues were, sample by sample. Most listeners are idle all the time: they share one history.
 *
 * @module
 */
import type { ListenerSample } from "../../core/listener/sample/sample.ts";

/** Samples that a sparkline can go back. */
const MOST_HISTORY = 240;

/** Queue lengths of one listener, a value for each sample. */
export interface QueueHistory {
  readonly accept: readonly number[];
  readonly syn: readonly (number | null)[];
}

/** By how many samples they have. */
const IDLE: QueueHistory[] = [{ accept: [], syn: [] }];

function idleFor(samples: number): QueueHistory {
  const known = IDLE[samples];
  if (known !== undefined) return known;
  const zeros = new Array<number>(samples).fill(0);
  const made = { accept: zeros, syn: zeros };
  IDLE[samples] = made;
  return made;
}

/** With one sample more. */
export function extendHistory(known: QueueHistory | undefined, listener: ListenerSample): QueueHistory {
  const { accept, syn } = known ?? idleFor(0);
  const length = Math.min(accept.length + 1, MOST_HISTORY);
  const isIdle = listener.intervalPeak === 0 && listener.synQueue.length === 0;
  if (isIdle && (known === undefined || known === IDLE[accept.length])) return idleFor(length);
  return {
    accept: [...accept, listener.intervalPeak].slice(-MOST_HISTORY),
    syn: [...syn, listener.synQueue.length].slice(-MOST_HISTORY),
  };
}
