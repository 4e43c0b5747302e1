/**
 * Reads the holders of a listener: once before a watch, once after it.
 *
 * @module
 */
import type { ListenerProcess, OwnerFacts } from "../../findings/live/facts.ts";
import { readCgroup } from "../../linux/cgroup.ts";
import { readCgroupState } from "../../linux/cgroup-state.ts";
import { readProcessState } from "../../linux/process-state.ts";
import { chooseOwner, describeOwner, type OwnerReading } from "./owner-facts.ts";

/** A server with more workers than this is judged by the first of them. */
const MOST_HOLDERS = 32;

/** The holders of one listener, read once. */
export interface OwnerWatch {
  readonly holders: readonly ListenerProcess[];
  readonly before: readonly OwnerReading[];
}

/** The first reading. */
export function beginOwnerWatch(holders: readonly ListenerProcess[]): OwnerWatch {
  const watched = holders.slice(0, MOST_HOLDERS);
  return { holders: watched, before: watched.map(({ pid }) => readOwner(pid)) };
}

/** The second reading, and what both say; null if nobody visible holds the listener. */
export function endOwnerWatch({ holders, before }: OwnerWatch): OwnerFacts | null {
  const owners = holders.flatMap((process, at) => {
    const first = before[at];
    const others = holders.filter((other) => other !== process);
    return first === undefined ? [] : [describeOwner(process, others, first, readOwner(process.pid))];
  });
  return chooseOwner(owners);
}

function readOwner(pid: number): OwnerReading {
  const cgroup = readCgroupState(readCgroup(pid) ?? "");
  return { atMs: performance.now(), process: readProcessState(pid), cgroup };
}
