/**
 * How long a listener's queues were, sample by sample. Most listeners are idle all the time, and an idle moment is a blank like one before
 * the listener was there: only those where something happened have a history.
 *
 * @module
 */
import type { ListenerSample } from "../../core/listener/sample/sample.ts";
import { sampleKey } from "../../core/listener/window/sample-window.ts";

/** Samples that a sparkline can go back. */
const MOST_HISTORY = 240;

/** Queue lengths of one listener, a value for each sample. */
export interface QueueHistory {
  readonly accept: readonly number[];
  readonly syn: readonly (number | null)[];
}

/** By the listener's key. */
export type QueueHistories = ReadonlyMap<string, QueueHistory>;

/** With one sample more, and without those who ended or have been idle for all of it. */
export function extendHistories(known: QueueHistories, listeners: readonly ListenerSample[]): QueueHistories {
  const busy = listeners.filter((listener) => !isIdle(listener));
  if (known.size === 0 && busy.length === 0) return known;
  const concerned = new Set(busy);
  if (known.size > 0)
    for (const listener of listeners) if (known.has(sampleKey(listener))) concerned.add(listener);
  const extended = [...concerned].map((listener): [string, QueueHistory] => {
    const key = sampleKey(listener);
    return [key, extendHistory(known.get(key), listener)];
  });
  return new Map(extended.filter(([, history]) => !isBlank(history)));
}

function extendHistory(known: QueueHistory | undefined, listener: ListenerSample): QueueHistory {
  const { accept, syn } = known ?? { accept: [], syn: [] };
  return {
    accept: [...accept, listener.intervalPeak].slice(-MOST_HISTORY),
    syn: [...syn, listener.synQueue.length].slice(-MOST_HISTORY),
  };
}

function isIdle({ intervalPeak, synQueue }: ListenerSample): boolean {
  return intervalPeak === 0 && (synQueue.length ?? 0) === 0;
}

function isBlank({ accept, syn }: QueueHistory): boolean {
  return accept.every((length) => length === 0) && syn.every((length) => (length ?? 0) === 0);
}
