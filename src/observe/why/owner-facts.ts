/**
 * The processes that should accept, before and after a watch, as facts; and which of several to speak of. Pure.
 *
 * @module
 */
import type { ListenerProcess, OwnerFacts } from "../../findings/live/facts.ts";
import type { CgroupState } from "../../linux/cgroup-state.ts";
import type { ProcessState } from "../../linux/process-state.ts";

/** One process at one moment. */
export interface OwnerReading {
  readonly atMs: number;
  readonly process: ProcessState;
  readonly cgroup: CgroupState;
}

/** What two readings of a process say. */
export function describeOwner(
  process: ListenerProcess,
  others: readonly ListenerProcess[],
  before: OwnerReading,
  after: OwnerReading,
): OwnerFacts {
  const elapsedMs = Math.max(1, after.atMs - before.atMs);
  const percent = (ms: number | null): number | null => (ms === null ? null : (100 * ms) / elapsedMs);
  const threads = after.process.threadCpuMs;
  const busiest = [...threads].map(([id, ms]) => ms - (before.process.threadCpuMs.get(id) ?? 0));
  return {
    process,
    state: after.process.state,
    openFiles: after.process.openFiles,
    fileLimit: after.process.fileLimit,
    isFrozen: after.cgroup.isFrozen,
    throttledPeriods: rise(before.cgroup.throttledPeriods, after.cgroup.throttledPeriods),
    throttledMs: rise(before.cgroup.throttledMs, after.cgroup.throttledMs),
    cpuPercent: percent(rise(before.process.cpuMs, after.process.cpuMs)),
    busiestThreadPercent: busiest.length === 0 ? null : percent(Math.max(...busiest)),
    threads: threads.size === 0 ? null : threads.size,
    ageMs: after.process.ageMs,
    others,
  };
}

/**
 * Of several holders the one that decides: a process that has no descriptors left is named; otherwise one that can run,
 * since it could accept even if the others cannot. The first holder of several is the parent that only holds the socket.
 */
export function chooseOwner(owners: readonly OwnerFacts[]): OwnerFacts | null {
  const acceptors = owners.length > 1 ? owners.slice(1) : owners;
  const hasNoFiles = ({ openFiles, fileLimit }: OwnerFacts): boolean =>
    openFiles !== null && fileLimit !== null && openFiles >= fileLimit;
  const canRun = ({ state, isFrozen }: OwnerFacts): boolean =>
    isFrozen !== true && (state === "R" || state === "S" || state === "I");
  return acceptors.find(hasNoFiles) ?? acceptors.find(canRun) ?? acceptors[0] ?? null;
}

function rise(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}
