/**
 * The processes that should accept, before and after a watch, as facts; and which of several to speak of. Pure.
 *
 * @module
 */
import type { ListenerProcess, OtherHolder, OwnerFacts } from "./facts.ts";
import type { CgroupState, ProcessState, ThreadTimes } from "./owner-reading.ts";
import { acceptorsOf } from "./software/acceptors.ts";

/** One process at one moment. */
export interface OwnerReading {
  readonly atMs: number;
  readonly process: ProcessState;
  readonly cgroup: CgroupState;
}

/** A process that holds a listener, before and after a watch. */
export interface ReadHolder {
  readonly process: ListenerProcess;
  readonly before: OwnerReading;
  readonly after: OwnerReading;
}

/** What the readings of all holders say of each that lives on: one that has ended accepts no more. Of all of them if none does. */
export function describeOwners(holders: readonly ReadHolder[]): OwnerFacts[] {
  const living = holders.filter((holder) => !hasEnded(holder));
  const told = living.length === 0 ? holders : living;
  return told.map((holder) => {
    const others = told
      .filter((other) => other !== holder)
      .map(({ process, after }) => ({ ...process, state: after.process.state }));
    return describeOwner(holder.process, others, holder.before, holder.after);
  });
}

/** Whoever was found by its descriptors has a state for as long as it lives; it may have ended before the first reading too. */
function hasEnded({ after }: ReadHolder): boolean {
  return after.process.state === null;
}

/** What two readings of a process say. */
export function describeOwner(
  process: ListenerProcess,
  others: readonly OtherHolder[],
  before: OwnerReading,
  after: OwnerReading,
): OwnerFacts {
  const elapsedMs = Math.max(1, after.atMs - before.atMs);
  const percent = (ms: number | null): number | null => (ms === null ? null : (100 * ms) / elapsedMs);
  const { threads } = after.process;
  const busiest = hasWaitedThroughout(process.pid, before.process, after.process)
    ? { ranMs: 0, waitedMs: elapsedMs }
    : busiestThread(before.process, after.process);
  return {
    process,
    state: after.process.state,
    openFiles: after.process.openFiles,
    fileLimit: after.process.fileLimit,
    hardFileLimit: after.process.hardFileLimit,
    sleepsIn: after.process.sleepsIn,
    isFrozen: after.cgroup.isFrozen,
    throttledPeriods: rise(before.cgroup.throttledPeriods, after.cgroup.throttledPeriods),
    throttledMs: rise(before.cgroup.throttledMs, after.cgroup.throttledMs),
    endedChildrenCpuMs: rise(before.process.endedChildrenCpuMs, after.process.endedChildrenCpuMs),
    cpuPercent: percent(rise(before.process.cpuMs, after.process.cpuMs)),
    busiestThreadPercent: percent(busiest?.ranMs ?? null),
    busiestThreadWaitPercent: percent(busiest?.waitedMs ?? null),
    threads: threads.size === 0 ? null : threads.size,
    ageMs: after.process.ageMs,
    others,
  };
}

/**
 * Whether the main thread could run at both moments and never did. schedstat does not show that wait: it counts one when it is over.
 *
 * @kernel kernel/sched/stats.h sched_info_arrive() v6.18
 */
function hasWaitedThroughout(pid: number, before: ProcessState, after: ProcessState): boolean {
  const [first, last] = [before.threads.get(pid), after.threads.get(pid)];
  if (first === undefined || last === undefined || last.waitedMs === null) return false;
  const couldRun = before.state === "R" && after.state === "R";
  return couldRun && first.ranMs === last.ranMs && first.waitedMs === last.waitedMs;
}

/** The thread that wanted a CPU for longest; on a busy machine a good part of that is waiting for one. */
function busiestThread(
  { threads: before }: ProcessState,
  { threads: after }: ProcessState,
): ThreadTimes | null {
  const wanted = ({ ranMs, waitedMs }: ThreadTimes): number => ranMs + (waitedMs ?? 0);
  return [...after].reduce<ThreadTimes | null>((busiest, [id, times]) => {
    const earlier = before.get(id);
    const one = {
      ranMs: times.ranMs - (earlier?.ranMs ?? 0),
      waitedMs: times.waitedMs === null ? null : times.waitedMs - (earlier?.waitedMs ?? 0),
    };
    return busiest === null || wanted(one) > wanted(busiest) ? one : busiest;
  }, null);
}

/**
 * Of several holders the one that decides: a process that has no descriptors left; where nobody was taken for a whole watch one that cannot
 * run, whoever else could; otherwise one that can run, since it could accept even if the others cannot.
 */
export function chooseOwner(owners: readonly OwnerFacts[], hasStoodStill = false): OwnerFacts | null {
  const acceptors = acceptorsOf(owners);
  const culprit = hasStoodStill ? [...acceptors, ...owners].find((owner) => !canRun(owner)) : undefined;
  return acceptors.find(hasNoFiles) ?? culprit ?? acceptors.find(canRun) ?? acceptors[0] ?? null;
}

function hasNoFiles({ openFiles, fileLimit }: OwnerFacts): boolean {
  return openFiles !== null && fileLimit !== null && openFiles >= fileLimit;
}

function canRun({ state, isFrozen }: OwnerFacts): boolean {
  return isFrozen !== true && (state === "R" || state === "S" || state === "I");
}

function rise(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}
