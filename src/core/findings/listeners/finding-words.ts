/**
 * The few phrases that the sentences of several findings share.
 *
 * @module
 */
import type { ListenerFacts, ListenerProcess } from "../../listener/facts.ts";

/** `2 of 2`. */
export function queueText({ length, capacity }: { length: number; capacity: number }): string {
  return `${length} of ${capacity}`;
}

/** `0.8 s` or `250 ms`. */
export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `node 4711`, or who it may be. */
export function processText(process: ListenerProcess | null): string {
  return process === null ? "no visible process" : `${process.name} ${process.pid}`;
}

/** The port or the path, for the user to type. */
export function placeText({ port, path }: ListenerFacts): string {
  return port === null ? (path ?? "the socket") : `port ${port}`;
}

/** The counters of these names that have risen. */
export function pick(
  counters: Readonly<Record<string, number>>,
  names: readonly string[],
): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name) => (counters[name] === undefined ? [] : [[name, counters[name]]])),
  );
}
