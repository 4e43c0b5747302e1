import { describe, expect, it } from "vitest";
import type { ListenerSample, Sample } from "../../../../src/core/listener/sample/sample.ts";
import { refusalKey } from "../../../../src/core/listener/victims/kernel-refusals.ts";
import { SampleReader } from "../../../../src/system/metrics/sample-reader.ts";
import { listenerSample, namespaceSample, sampleOf } from "../../../support/samples.ts";

function listener(changes: Partial<ListenerSample> = {}): ListenerSample {
  return listenerSample({
    cookie: "1",
    namespace: 7,
    process: { pid: 1, name: "web", fd: 3 },
    acceptQueue: { length: 2, limit: 4, capacity: 5 },
    synQueue: { length: null, limit: 4, capacity: 5 },
    peak: { length: 1, at: 0, by: "seen" },
    ...changes,
  });
}

function sample(...listeners: ListenerSample[]): Sample {
  const namespace = namespaceSample({ inode: 7, counters: { ListenOverflows: 3, OutRsts: 1 } });
  return { ...sampleOf(listeners), namespaces: [namespace] };
}

describe("drops by cause", () => {
  it("add up to the kernel's counter; what was dropped before the first look has no cause", () => {
    const dropsBy = { "accept-queue-full": 3, "syn-queue-full": 0, other: 0, "by-requests": 1, shared: 2 };
    const { listeners } = new SampleReader().read(
      sample(listener({ drops: 16, dropsSinceStart: 6, dropsBy })),
    );
    const drops = listeners[0]?.drops ?? {};
    expect(drops).toEqual({ ...dropsBy, unknown: 10 });
    expect(Object.values<number>(drops).reduce((sum, value) => sum + value, 0)).toBe(16);
  });
});

describe("a reading", () => {
  it("has a peak that is no lower than the length, and labels of harmless texts", () => {
    const process = { pid: 1, name: "e\u001bvil", fd: 3 };
    const container = { runtime: "docker" as const, id: "abc", name: null, pod: null };
    const [one] = new SampleReader().read(sample(listener({ process, container }))).listeners;
    expect(one).toMatchObject({
      peak: 2,
      labels: { netns: "7", protocol: "tcp", port: "80", process: "e\\x1bvil", container: "abc" },
    });
  });

  it("has the same labels until the owner changes", () => {
    const reader = new SampleReader();
    const one = listener();
    const labelsOf = (of: ListenerSample) => reader.read(sample(of)).listeners[0]?.labels;
    const labels = labelsOf(one);
    expect(labelsOf({ ...one, fullMs: 9 })).toBe(labels);
    expect(labelsOf({ ...one, process: { pid: 2, name: "other", fd: 3 } })).toMatchObject({
      process: "other",
    });
  });

  it("has the kernel's own word since the listener is there, and none where nobody hears it", () => {
    const reader = new SampleReader();
    const word = (refused: number) => ({
      byListener: new Map([[refusalKey(7, listener().address ?? "", 80), refused]]),
      unnamed: 0,
    });
    const refusedAt = (cookie: string, refused: number) =>
      reader.read(sample(listener({ cookie })), word(refused)).listeners[0]?.kernelRefused;
    expect(new SampleReader().read(sample(listener())).listeners[0]?.kernelRefused).toBeNull();
    expect(refusedAt("1", 3)).toBe(3);
    expect(refusedAt("1", 5)).toBe(5);
    // Another socket listens at the same address: what the first one refused is not its.
    expect(refusedAt("2", 6)).toBe(1);
    const unix = listener({ protocol: "unix", address: null, port: null, path: "/run/x" });
    expect(reader.read(sample(unix), word(6)).listeners[0]?.kernelRefused).toBeNull();
    const group = [listener({ cookie: "4" }), listener({ cookie: "5" })];
    const counted = new SampleReader().read(sample(...group), word(4)).listeners;
    expect(counted.map(({ kernelRefused }) => kernelRefused)).toEqual([4, 0]);
  });

  it("keeps only the counters of TcpExt, because that is what their metric says", () => {
    expect(new SampleReader().read(sample()).namespaces).toEqual([
      { netns: "7", tcpext: { ListenOverflows: 3 } },
    ]);
  });
});
