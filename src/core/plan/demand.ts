/**
 * What a listener must bear: how clients come, how the server takes them, what counts as good enough.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

/** Load and server, in numbers. */
export interface Demand {
  /** New connections a second at this queue, in the mean. */
  readonly ratePerSecond: number;
  /** Listeners of a SO_REUSEPORT group that all get as many, each with a queue of its own; 1 without it. */
  readonly groupSize?: number;
  /** `poisson`: clients that know nothing of each other. `even`: one after the other at equal distances. */
  readonly arrivals: "poisson" | "even";
  /** How long the server may stand still: garbage collection, a slow request on its event loop, a deploy. */
  readonly pauseMs: number;
  /** Measured pauses, in milliseconds, of which each pause is one by chance, and `pauseMs` the longest; without it, all take `pauseMs`. */
  readonly pausesMs?: readonly number[];
  /** From the beginning of one pause to that of the next; null for a pause that comes alone. */
  readonly pauseEveryMs: number | null;
  /** What one accept() and the work before the next one take, of one acceptor. */
  readonly acceptMs: number;
  /** How many processes or threads accept from this queue at the same time. */
  readonly acceptors: number;
  /** How long a client waits for accept() before it closes; null for as long as its kernel tries. */
  readonly patienceMs: number | null;
  /** From the server to a client and back. */
  readonly roundTripMs: number;
  /** The share of connections, among those that come during a pause, that must meet no refusal: 0 to 1. */
  readonly share: number;
}

/** How many connections the server can take a second while it runs. */
export function acceptsPerSecond({ acceptMs, acceptors }: Demand): number {
  return acceptMs === 0 ? Number.POSITIVE_INFINITY : (acceptors * 1000) / acceptMs;
}

/** How long a pause may be: each as often as it was measured. */
export function possiblePausesMs({ pauseMs, pausesMs = [] }: Demand): readonly number[] {
  return pausesMs.length === 0 ? [pauseMs] : pausesMs;
}

/** The part of the time in which the server runs: 1 without recurring pauses. */
export function runningShare(demand: Demand): number {
  const pausesMs = possiblePausesMs(demand);
  const meanMs = pausesMs.reduce((sum, ms) => sum + ms, 0) / pausesMs.length;
  return demand.pauseEveryMs === null ? 1 : 1 - meanMs / demand.pauseEveryMs;
}

/** Whether more come than the server can take, so that every queue fills in the end. */
export function isOverloaded(demand: Demand): boolean {
  return demand.ratePerSecond >= acceptsPerSecond(demand) * runningShare(demand);
}

/** @throws {UsageError} for a demand that cannot be: the sentence names the option of `listenq plan` */
export function checkDemand({ pauseMs, pauseEveryMs, share, patienceMs }: Demand): void {
  if (pauseEveryMs !== null && pauseEveryMs <= pauseMs)
    throw new UsageError(
      `--every (${pauseEveryMs} ms) must be longer than --pause (${pauseMs} ms): else the server never runs`,
    );
  if (share <= 0 || share >= 1)
    throw new UsageError("--share must be more than 0 % and less than 100 %, such as 99.9%");
  if (patienceMs !== null && patienceMs <= 0) throw new UsageError("--patience must be longer than nothing");
}
