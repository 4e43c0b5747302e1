import { describe, expect, it } from "vitest";
import { findInWindow } from "../../../../../src/core/findings/find-in-window.ts";
import type { ListenerSample, Sample } from "../../../../../src/core/listener/sample/sample.ts";
import { SampleWindow } from "../../../../../src/core/listener/window/sample-window.ts";
import { listenerSample, namespaceSample, sampleOf } from "../../../../support/samples.ts";

/** Samples a second apart, of one listener each, with the namespace's counters at that moment. */
function windowOf(
  ...moments: readonly { listener?: Partial<ListenerSample>; counters?: Record<string, number> }[]
): SampleWindow {
  const window = new SampleWindow();
  moments.forEach(({ listener = {}, counters = {} }, second) => {
    window.add(sampleWith([listenerSample(listener)], second, counters));
  });
  return window;
}

function sampleWith(listeners: readonly ListenerSample[], second: number, counters = {}): Sample {
  return { ...sampleOf(listeners, second), namespaces: [namespaceSample({ counters })] };
}

const codesOf = (window: SampleWindow): string[] =>
  findInWindow(window).flatMap(({ findings }) => findings.map(({ code }) => code));

const overflowed: Partial<ListenerSample> = {
  drops: 3,
  rise: { raw: 3, refused: { value: 3, exact: true }, cause: "accept-queue-full", candidates: [] },
  refusedBy: { "accept-queue-full": 3, "syn-queue-full": 0, other: 0 },
  refusals: { value: 3, exact: true },
};

describe("a window of samples", () => {
  it("begins with its first sample, so one alone has no window", () => {
    expect(findInWindow(windowOf({}))).toMatchObject([{ window: null }]);
  });

  it("sums what happened in its intervals", () => {
    const window = windowOf(
      { listener: { fullMs: 100, drops: 9 }, counters: { ListenDrops: 9 } },
      {
        listener: { ...overflowed, fullMs: 350, intervalPeak: 5, intervalLeast: 1, drops: 12 },
        counters: { ListenDrops: 12 },
      },
      {
        listener: { ...overflowed, rise: null, fullMs: 400, intervalPeak: 2, drops: 12 },
        counters: { ListenDrops: 12 },
      },
    );
    expect(findInWindow(window)[0]?.window).toMatchObject({
      durationMs: 2_000,
      looks: 20,
      lengthLeast: 0,
      lengthMost: 5,
      fullMs: 300,
      dropsRise: 3,
      counters: { ListenDrops: 3 },
      refused: { "accept-queue-full": { own: 3, shared: 0 } },
    });
  });

  it("finds an overflow, and none where nothing was refused", () => {
    const counters = { ListenOverflows: 3, ListenDrops: 3 };
    expect(codesOf(windowOf({}, { listener: overflowed, counters }))).toContain("accept-queue-overflow");
    expect(codesOf(windowOf({}, { counters }))).toEqual([]);
  });

  it("finds who does not accept, and not one whose queue fell in between", () => {
    const standing = { acceptQueue: { length: 3, limit: 4, capacity: 5 }, intervalLeast: 3, intervalPeak: 3 };
    expect(codesOf(windowOf({ listener: standing }, { listener: standing }))).toContain("nobody-accepts");
    const fell = { ...standing, intervalLeast: 0 };
    expect(codesOf(windowOf({ listener: standing }, { listener: fell }))).not.toContain("nobody-accepts");
  });

  it("has a listener's share of what several refused, as its samples say", () => {
    const rise = {
      raw: 5,
      refused: { value: 3, exact: false },
      cause: null,
      candidates: ["accept-queue-full", "other"] as const,
    };
    const of = (value: number) => ({ refusals: { value, exact: false }, ...(value === 0 ? {} : { rise }) });
    const both = (value: number) => [
      listenerSample({ cookie: "a", ...of(value) }),
      listenerSample({ cookie: "b", port: 81, ...of(value) }),
    ];
    const window = new SampleWindow();
    window.add(sampleWith(both(0), 0, { ListenOverflows: 0, ListenDrops: 0 }));
    window.add(sampleWith(both(3), 1, { ListenOverflows: 4, ListenDrops: 6 }));
    const [one] = findInWindow(window);
    expect(one?.window?.refused["accept-queue-full"]).toEqual({ own: 0, shared: 2 });
    expect(one?.window?.refused.other).toEqual({ own: 0, shared: 1 });
    expect(one?.window?.othersDropping).toEqual(["127.0.0.1:81"]);
  });

  it("tells a stuck member of a reuseport group by its siblings of the same namespace", () => {
    const group = "127.0.0.1:80";
    const stuck = listenerSample({ cookie: "a", group, acceptQueue: { length: 5, limit: 4, capacity: 5 } });
    const idle = listenerSample({ cookie: "b", group });
    const elsewhere = listenerSample({ cookie: "c", group, namespace: 7 });
    const codes = (...listeners: ListenerSample[]): string[] => {
      const window = new SampleWindow();
      window.add(sampleWith(listeners, 0));
      return codesOf(window);
    };
    expect(codes(stuck, idle)).toContain("reuseport-member-stuck");
    expect(codes(stuck, elsewhere)).not.toContain("reuseport-member-stuck");
  });

  it("counts nothing for the time between two runs of a recorder", () => {
    const window = new SampleWindow();
    window.add(sampleWith([listenerSample(overflowed)], 50, { ListenDrops: 3 }));
    window.add(sampleWith([listenerSample({ ...overflowed, fullMs: 900 })], 0, { ListenDrops: 99 }));
    expect(findInWindow(window)[0]?.window).toBeNull();
    window.add(
      sampleWith([listenerSample({ ...overflowed, rise: null, fullMs: 950 })], 1, { ListenDrops: 99 }),
    );
    expect(findInWindow(window)[0]?.window).toMatchObject({
      durationMs: 1_000,
      fullMs: 50,
      dropsRise: 0,
      counters: {},
    });
  });

  it("knows another run also where the one before had been shorter", () => {
    const window = new SampleWindow();
    const first = sampleWith([listenerSample()], 0, { ListenDrops: 3 });
    window.add({ ...first, at: 5, intervalMs: 5 });
    window.add({ ...sampleWith([listenerSample()], 60, { ListenDrops: 99 }), at: 7, intervalMs: 7 });
    expect(findInWindow(window)[0]?.window).toBeNull();
  });

  it("knows a somaxconn that was lowered since, and a unix listener that is full", () => {
    const lowered = listenerSample({ acceptQueue: { length: 0, limit: 8_192, capacity: 8_193 } });
    const unix = listenerSample({
      cookie: "u",
      protocol: "unix",
      address: null,
      port: null,
      path: "/run/app.sock",
      acceptQueue: { length: 2, limit: 1, capacity: 2 },
    });
    const window = new SampleWindow();
    window.add(sampleWith([lowered, unix], 0));
    expect(codesOf(window)).toEqual(["somaxconn-lowered", "unix-queue-full"]);
  });

  it("knows a limit of before a somaxconn that was raised between two samples", () => {
    const clamped = listenerSample({ acceptQueue: { length: 0, limit: 100, capacity: 101 } });
    const at = (second: number, somaxconn: number) => {
      const { sysctls } = namespaceSample();
      const sample = sampleOf([clamped], second);
      return {
        ...sample,
        at: second * 1_000,
        namespaces: [namespaceSample({ sysctls: { ...sysctls, somaxconn } })],
      };
    };
    const window = new SampleWindow();
    window.add(at(0, 100));
    expect(codesOf(window)).toEqual([]);
    window.add(at(1, 4096));
    expect(codesOf(window)).toEqual(["limit-stale"]);
  });
});
