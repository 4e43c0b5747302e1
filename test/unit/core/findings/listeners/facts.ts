/** Facts for the tests of detectors: an idle listener of nginx, and what differs from that. */
import type {
  ListenerFacts,
  ListenerWindow,
  LiveFacts,
  NamespaceFacts,
  OwnerFacts,
  WaitingFacts,
} from "../../../../../src/core/listener/facts.ts";

/** An idle nginx on 0.0.0.0:80 with its usual limit. */
export function listener(changes: Partial<ListenerFacts> = {}): ListenerFacts {
  return {
    namespace: 1,
    protocol: "tcp",
    address: "0.0.0.0",
    port: 80,
    path: null,
    group: null,
    acceptQueue: { length: 0, limit: 511, capacity: 512 },
    synQueue: { length: 0, limit: 511, capacity: 512 },
    drops: 0,
    process: { pid: 10, name: "nginx", fd: 6 },
    container: null,
    limitSetBy: "application",
    limitSetByEvidence: "the limit is 511",
    ...changes,
  };
}

/** That many wait, of a limit. */
export function queue(length: number, limit: number): ListenerFacts["acceptQueue"] {
  return { length, limit, capacity: limit + 1 };
}

export function namespace(
  sysctls: Partial<NamespaceFacts["sysctls"]> = {},
  changes: Partial<NamespaceFacts> = {},
): NamespaceFacts {
  const usual = {
    somaxconn: 4096,
    tcp_max_syn_backlog: 256,
    tcp_syncookies: 1,
    tcp_abort_on_overflow: 0,
    tcp_synack_retries: 5,
  };
  return { inode: 1, name: null, self: true, counters: {}, sysctls: { ...usual, ...sysctls }, ...changes };
}

/** Five quiet seconds. */
export function watch(changes: Partial<ListenerWindow> = {}): ListenerWindow {
  return {
    durationMs: 5000,
    looks: 250,
    longestGapMs: 21,
    lengthLeast: 0,
    lengthMost: 0,
    lengthFirst: 0,
    lengthLast: 0,
    hasFallen: false,
    fullMs: 0,
    entries: null,
    synLengthMost: 0,
    dropsRise: 0,
    refused: refused({}),
    counters: {},
    othersDropping: [],
    ...changes,
  };
}

/** Refused packets by cause: `[own, shared]`. */
export function refused(
  causes: Partial<Record<keyof ListenerWindow["refused"], [number, number]>>,
): ListenerWindow["refused"] {
  const share = ([own, shared] = [0, 0]) => ({ own, shared });
  return {
    "accept-queue-full": share(causes["accept-queue-full"]),
    "syn-queue-full": share(causes["syn-queue-full"]),
    other: share(causes.other),
  };
}

/** A process that sleeps, as a server does. */
export function owner(changes: Partial<OwnerFacts> = {}): OwnerFacts {
  return {
    process: { pid: 10, name: "nginx", fd: 6 },
    state: "S",
    openFiles: 20,
    fileLimit: 1024,
    hardFileLimit: 4096,
    sleepsIn: null,
    isFrozen: false,
    throttledPeriods: 0,
    throttledMs: 0,
    endedChildrenCpuMs: 0,
    cpuPercent: 1,
    busiestThreadPercent: 1,
    busiestThreadWaitPercent: 0,
    threads: 1,
    ageMs: 3_600_000,
    others: [],
    ...changes,
  };
}

/** Nobody waits. */
export function waiting(changes: Partial<WaitingFacts> = {}): WaitingFacts {
  return {
    alive: 0,
    closed: 0,
    reset: 0,
    oldestMs: null,
    oldest: null,
    stillWaiting: 0,
    left: 0,
    takenAtLeast: 0,
    closedFrom: [],
    ...changes,
  };
}

/** All of it; the group is the listener alone unless said otherwise. */
export function facts(changes: Partial<LiveFacts> = {}): LiveFacts {
  const one = changes.listener ?? listener();
  return {
    listener: one,
    namespace: namespace(),
    members: [one],
    hiddenProcesses: 0,
    window: null,
    waiting: null,
    owner: null,
    ...changes,
  };
}
