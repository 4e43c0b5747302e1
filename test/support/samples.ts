/** Samples for tests: a listener with what matters spelled out. */
import type { ListenerSample, NamespaceSample, Sample } from "../../src/core/listener/sample/sample.ts";

/** An idle listener on 127.0.0.1:80 with limit 4, unless said otherwise. */
export function listenerSample(changes: Partial<ListenerSample> = {}): ListenerSample {
  return {
    cookie: "1f",
    namespace: 4026531840,
    protocol: "tcp",
    family: "ipv4",
    v6only: null,
    address: "127.0.0.1",
    port: 80,
    path: null,
    group: null,
    process: { pid: 42, name: "app-server", fd: 6 },
    container: null,
    acceptQueue: { length: 0, limit: 4, capacity: 5 },
    synQueue: { length: 0, limit: 4, capacity: 5 },
    synQueueAgeMs: 100,
    watched: false,
    peak: { length: 0, at: 0, by: "seen" },
    intervalPeak: 0,
    intervalLeast: 0,
    synPeak: 0,
    takenSeen: 0,
    fullMs: 0,
    entries: null,
    drops: 0,
    dropsSinceStart: 0,
    dropsBy: { "accept-queue-full": 0, "syn-queue-full": 0, other: 0, "by-requests": 0, shared: 0 },
    dropsPerSecond: 0,
    rise: null,
    refusedBy: { "accept-queue-full": 0, "syn-queue-full": 0, other: 0 },
    refusals: { value: 0, exact: true },
    findings: [],
    ...changes,
  };
}

/** This namespace with the kernel's defaults, unless said otherwise. */
export function namespaceSample(changes: Partial<NamespaceSample> = {}): NamespaceSample {
  return {
    inode: 4026531840,
    name: null,
    self: true,
    counters: { ListenDrops: 0 },
    sysctls: {
      somaxconn: 4096,
      tcp_max_syn_backlog: 2048,
      tcp_syncookies: 1,
      tcp_abort_on_overflow: 0,
      tcp_synack_retries: 5,
    },
    closed: 0,
    ...changes,
  };
}

/** A sample of these listeners, at a second after noon. */
export function sampleOf(listeners: readonly ListenerSample[], second = 0): Sample {
  const rate = { everyMs: 100, looks: 10, longestGapMs: 101 };
  return {
    takenAt: new Date(Date.UTC(2026, 10, 25, 12, 0, second)).toISOString(),
    // The recorder began a moment before its first sample.
    at: 1_005 + second * 1_000,
    intervalMs: 1_000,
    namespaces: [namespaceSample()],
    listeners,
    hiddenProcesses: 0,
    coverage: {
      watched: { ...rate, everyMs: 10 },
      all: rate,
      synQueue: rate,
      entries: null,
      overruns: 0,
      cpuShare: 0.002,
    },
  };
}
