import { describe, expect, it } from "vitest";
import type { ListenerSample, Sample } from "../../../../../src/core/listener/sample/sample.ts";
import { RecentSamples } from "../../../../../src/core/listener/window/recent-samples.ts";
import { SampleWindow, sampleKey } from "../../../../../src/core/listener/window/sample-window.ts";
import { shareUnchanged } from "../../../../../src/core/listener/window/share-unchanged.ts";
import { listenerSample, sampleOf } from "../../../../support/samples.ts";

const MOST = 5;
const rise = {
  raw: 2,
  refused: { value: 2, exact: true },
  cause: "accept-queue-full",
  candidates: [],
} as const;

/** Two that never do anything, one that drops now and then, two in a group, one that ends, and one that comes late. */
function listenersAt(second: number): ListenerSample[] {
  const drops = 2 * Math.floor(second / 3);
  const busy = second % 3 === 0 && second > 0;
  return [
    listenerSample({ cookie: "a", port: 80, synQueueAgeMs: second }),
    ...(second < 4 ? [listenerSample({ cookie: "b", port: 81 })] : []),
    listenerSample({
      cookie: "c",
      port: 82,
      drops,
      refusals: { value: drops, exact: true },
      rise: busy ? rise : null,
      intervalPeak: busy ? 5 : 0,
      fullMs: drops * 10,
    }),
    listenerSample({ cookie: "d", port: 83, group: "127.0.0.1:83" }),
    listenerSample({ cookie: "e", port: 83, group: "127.0.0.1:83", intervalPeak: second % 2 }),
    ...(second > 5 ? [listenerSample({ cookie: "f", port: 84 })] : []),
  ];
}

function windowOver(samples: readonly Sample[]): SampleWindow {
  const window = new SampleWindow();
  for (const sample of samples) window.add(sample);
  return window;
}

describe("the last few samples", () => {
  it.each(["a", "b", "c", "d", "e", "f"])(
    "say of listener %s what a window over all of them says",
    (cookie) => {
      const samples = Array.from({ length: 12 }, (_, second) => sampleOf(listenersAt(second), second));
      const key = sampleKey(listenerSample({ cookie }));
      let recent = new RecentSamples(MOST);
      for (const [place, sample] of samples.entries()) {
        recent = recent.with(sample);
        const all = windowOver(samples.slice(Math.max(0, place + 1 - MOST), place + 1));
        expect(recent.factsOf([key]).get(key)).toEqual(all.facts().get(key));
      }
    },
  );

  it("say nothing of a listener that none of them has", () => {
    expect(new RecentSamples(MOST).with(sampleOf([listenerSample()])).factsOf(["1 ff"])).toEqual(new Map());
  });
});

describe("samples that are kept", () => {
  const idle = listenerSample();

  it("share the row of a listener where nothing happened, whatever its age", () => {
    const later = listenerSample({
      process: idle.process,
      synQueueAgeMs: 900,
      peak: { ...idle.peak, at: 7_000 },
    });
    const [shared] = shareUnchanged(sampleOf([later], 1), sampleOf([idle])).listeners;
    expect(shared).toBe(idle);
  });

  it.each([
    { cookie: "2f" },
    { namespace: 7 },
    { process: { pid: 43, name: "other", fd: 6 } },
    { container: { runtime: "docker", id: "ab", name: null, pod: null } },
    { group: "127.0.0.1:80" },
    { acceptQueue: { length: 1, limit: 4, capacity: 5 } },
    { acceptQueue: { length: 0, limit: 9, capacity: 5 } },
    { synQueue: { length: 1, limit: 4, capacity: 5 } },
    { synQueue: { length: 0, limit: 4, capacity: 9 } },
    { watched: true },
    { peak: { length: 1, at: 0, by: "seen" } },
    { peak: { length: 0, at: 0, by: "drops" } },
    { intervalPeak: 1 },
    { intervalLeast: 1 },
    { synPeak: 1 },
    { fullMs: 1 },
    { takenSeen: 1 },
    { drops: 1 },
    { dropsSinceStart: 1 },
    { dropsPerSecond: 1 },
    { rise },
    { refusals: { value: 1, exact: true } },
    { refusals: { value: 0, exact: false } },
  ] as Partial<ListenerSample>[])("keep a row of their own where %o is another", (change) => {
    const changed = listenerSample({ process: idle.process, ...change });
    const [kept] = shareUnchanged(sampleOf([changed], 1), sampleOf([idle])).listeners;
    expect(kept).toBe(changed);
  });
});
