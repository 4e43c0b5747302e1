/**
 * Reads the holders of a listener: once before a watch, once after it.
 *
 * @module
 */
import type { ListenerProcess, OwnerFacts } from "../../../core/listener/facts.ts";
import { chooseOwner, describeOwners, type OwnerReading } from "../../../core/listener/owner-facts.ts";
import { readCgroup } from "../../linux/proc/cgroup.ts";
import { readCgroupState } from "../../linux/proc/cgroup-state.ts";
import { readProcessState } from "../../linux/proc/process-state.ts";

/** A server with more workers than this is judged by the first of them. */
const MOST_HOLDERS = 32;

/** The holders of one listener, read once. */
export interface OwnerWatch {
  readonly holders: readonly ListenerProcess[];
  readonly before: readonly OwnerReading[];
}

/** The first reading. */
export function beginOwnerWatch(
  holders: readonly ListenerProcess[],
  read: ReadOwner = readOwner,
): OwnerWatch {
  const watched = holders.slice(0, MOST_HOLDERS);
  return { holders: watched, before: watched.map(({ pid }) => read(pid)) };
}

/**
 * The second reading, and what both say; null if nobody visible holds the listener. `hasStoodStill`: nobody was taken
 * meanwhile, so the holder that cannot run is the one to speak of.
 */
export function endOwnerWatch(
  { holders, before }: OwnerWatch,
  hasStoodStill = false,
  read: ReadOwner = readOwner,
): OwnerFacts | null {
  const readings = holders.flatMap((process, at) => {
    const first = before[at];
    return first === undefined ? [] : [{ process, before: first, after: read(process.pid) }];
  });
  return chooseOwner(describeOwners(readings), hasStoodStill);
}

/** Ends a watch and begins the next one, which may have other holders, with one reading of each. */
export function continueOwnerWatch(
  watch: OwnerWatch,
  holders: readonly ListenerProcess[],
): { readonly owner: OwnerFacts | null; readonly next: OwnerWatch } {
  const read = eachReadOnce();
  return { owner: endOwnerWatch(watch, false, read), next: beginOwnerWatch(holders, read) };
}

type ReadOwner = (pid: number) => OwnerReading;

function eachReadOnce(): ReadOwner {
  const readings = new Map<number, OwnerReading>();
  return (pid) => {
    const reading = readings.get(pid) ?? readOwner(pid);
    readings.set(pid, reading);
    return reading;
  };
}

function readOwner(pid: number): OwnerReading {
  const cgroup = readCgroupState(readCgroup(pid) ?? "");
  // The time is that of the threads' times, which are what is compared with it.
  const atMs = performance.now();
  return { atMs, process: readProcessState(pid), cgroup };
}
