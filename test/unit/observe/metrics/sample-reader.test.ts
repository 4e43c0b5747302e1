import { describe, expect, it } from "vitest";
import { SampleReader } from "../../../../src/observe/metrics/sample-reader.ts";
import type { DropRise, ListenerSample, Sample } from "../../../../src/observe/sampler/sample.ts";
import { listenerSample, namespaceSample, sampleOf } from "../../../support/samples.ts";

const rise = (raw: number, more: Partial<DropRise> = {}): DropRise => ({
  raw,
  refused: { value: raw, exact: true },
  cause: null,
  candidates: [],
  ...more,
});

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
  it("add up to the kernel's counter, whatever is known of the causes", () => {
    const reader = new SampleReader();
    reader.read(sample(listener({ drops: 10 })));
    reader.read(
      sample(listener({ drops: 13, dropsSinceStart: 3, rise: rise(3, { cause: "accept-queue-full" }) })),
    );
    reader.read(
      sample(
        listener({
          drops: 15,
          dropsSinceStart: 5,
          rise: rise(2, { candidates: ["accept-queue-full", "other"] }),
        }),
      ),
    );
    const last = reader.read(sample(listener({ drops: 16, dropsSinceStart: 6, rise: rise(1) })));
    const { drops } = last.listeners[0]!;
    expect(drops).toEqual({
      "accept-queue-full": 3,
      "syn-queue-full": 0,
      other: 0,
      "by-requests": 1,
      shared: 2,
      unknown: 10,
    });
    expect(Object.values(drops).reduce((sum, value) => sum + value, 0)).toBe(16);
  });

  it("of a socket that is gone are not another socket's", () => {
    const reader = new SampleReader();
    reader.read(sample(listener({ drops: 5 })));
    reader.read(sample());
    const { drops } = reader.read(sample(listener({ cookie: "2", drops: 0 }))).listeners[0]!;
    expect(drops.unknown).toBe(0);
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

  it("keeps only the counters of TcpExt, because that is what their metric says", () => {
    expect(new SampleReader().read(sample()).namespaces).toEqual([
      { netns: "7", tcpext: { ListenOverflows: 3 } },
    ]);
  });
});
