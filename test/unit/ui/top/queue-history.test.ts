import { describe, expect, it } from "vitest";
import type { ListenerSample } from "../../../../src/core/listener/sample/sample.ts";
import { sampleKey } from "../../../../src/core/listener/window/sample-window.ts";
import { extendHistories, type QueueHistories } from "../../../../src/ui/top/queue-history.ts";
import { listenerSample } from "../../../support/samples.ts";

const idle = listenerSample({ cookie: "a" });
const busy = listenerSample({ cookie: "b", intervalPeak: 3 });
const rested = listenerSample({ cookie: "b" });

function historiesAfter(...samples: readonly (readonly ListenerSample[])[]): QueueHistories {
  return samples.reduce(extendHistories, new Map() as QueueHistories);
}

describe("histories of queues", () => {
  it("are kept of those where something happened, from that moment on", () => {
    const histories = historiesAfter([idle, rested], [idle, busy], [idle, rested]);
    expect([...histories]).toEqual([[sampleKey(busy), { accept: [3, 0], syn: [0, 0] }]]);
  });

  it("have a gap where the length of a SYN queue is not known", () => {
    const unknown = listenerSample({ cookie: "b", synQueue: { length: null, limit: 4, capacity: 5 } });
    expect(historiesAfter([busy], [unknown]).get(sampleKey(busy))?.syn).toEqual([0, null]);
  });

  it("go with their listener", () => {
    expect(historiesAfter([busy], [idle]).size).toBe(0);
  });

  it("go once the last that happened is too old to be drawn", () => {
    const idleFor = (samples: number) => historiesAfter([busy], ...new Array(samples).fill([rested])).size;
    expect([idleFor(239), idleFor(240)]).toEqual([1, 0]);
  });
});
