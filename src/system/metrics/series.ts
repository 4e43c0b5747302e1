/**
 * One series per set of labels, from the sockets that have these labels: several are the members of a SO_REUSEPORT group of
 * one program, or the listeners beyond the bound on cardinality. Pure.
 *
 * @module
 */
import type { DropLabel, ListenerLabels, ListenerReading } from "./reading.ts";
import { DROP_LABELS, LISTENER_LABELS } from "./reading.ts";

/** A listener as metrics show it. Lengths, limit, capacity and peak are those of one socket: the worst. */
export interface Series {
  readonly labels: ListenerLabels;
  /** How many sockets it stands for. */
  readonly sockets: number;
  readonly length: number;
  readonly limit: number;
  readonly capacity: number;
  readonly peak: number;
  /** The highest of all of them; null as soon as one is unknown. */
  readonly peakAtMost: number | null;
  /** Requests of all sockets; null if one of them cannot be told. */
  readonly synQueueLength: number | null;
  /** Seconds in which one of them stood at capacity. */
  readonly fullSeconds: number;
  /** Connections that were seen to leave the queues of all of them. */
  readonly taken: number;
  /** Packets that the kernel refused at all of them by its own word; null where it does not tell. */
  readonly kernelRefused: number | null;
  /** Of all of them. */
  readonly drops: Readonly<Record<DropLabel, number>>;
}

/** The labels of the one series for everybody beyond the bound. No listener can have them: a port is a number. */
export const FOLDED_LABELS: ListenerLabels = {
  netns: "folded",
  protocol: "folded",
  address: "folded",
  port: "folded",
  process: "folded",
  container: "folded",
};

const keys = new WeakMap<ListenerLabels, string>();

/** Equal for equal labels only. The same labels are asked for again and again, so their key is kept beside them. */
export function seriesKey(labels: ListenerLabels): string {
  const known = keys.get(labels);
  if (known !== undefined) return known;
  const key = LISTENER_LABELS.map((name) => labels[name]).join("\0");
  keys.set(labels, key);
  return key;
}

/**
 * The socket that came closest to its capacity in the last minute, and of several the one that is closest now. An idle
 * sibling must not hide a stuck one, and what is shown must belong together.
 */
export function worstOf(readings: readonly [ListenerReading, ...ListenerReading[]]): ListenerReading {
  return readings.reduce((worst, one) => (isWorse(one, worst) ? one : worst));
}

function isWorse(one: ListenerReading, other: ListenerReading): boolean {
  const byPeak = one.peak / one.capacity - other.peak / other.capacity;
  if (byPeak !== 0) return byPeak > 0;
  return one.length / one.capacity > other.length / other.capacity;
}

/** The sum of the SYN queues; null as soon as one is unknown. */
export function sumSynQueues(readings: readonly ListenerReading[]): number | null {
  return readings.reduce<number | null>(
    (sum, { synQueueLength }) => (sum === null || synQueueLength === null ? null : sum + synQueueLength),
    0,
  );
}

/** The highest bound; null as soon as one is unknown. */
export function highestBound(readings: readonly ListenerReading[]): number | null {
  return readings.reduce<number | null>(
    (most, { peakAtMost }) => (most === null || peakAtMost === null ? null : Math.max(most, peakAtMost)),
    0,
  );
}

/** True for a socket that was ever seen with somebody waiting, or with drops. */
export function hasSigns({ peak, length, drops }: ListenerReading): boolean {
  return peak > 0 || length > 0 || DROP_LABELS.some((cause) => drops[cause] > 0);
}
