import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import {
  causeAfterConnected,
  causeBeforeConnected,
  connectSteps,
  courseOf,
  histogramOf,
  parseArrivalList,
  quantileOf,
  scheduleOf,
  startVerdict,
  synLadder,
} from "../../../../src/core/load/index.ts";
import { loadRequest, loadRun } from "../../../support/load-run.ts";

const stream = { ratePerSecond: 1000, arrivals: "poisson", seed: 7 } as const;

describe("a schedule", () => {
  it("is the same for the same seed, in order, and has about as many arrivals as the rate says", () => {
    const times = scheduleOf(stream, null, 4000);
    expect([...times]).toEqual([...scheduleOf(stream, null, 4000)]);
    expect([...times]).not.toEqual([...scheduleOf({ ...stream, seed: 8 }, null, 4000)]);
    expect([...times]).toEqual([...times].sort((a, b) => a - b));
    // Five standard deviations of a Poisson count of 4000.
    expect(Math.abs(times.length - 4000)).toBeLessThan(316);
  });

  it("has gaps that scatter like those of independent clients, or none where it is even", () => {
    const gaps = (times: Float64Array): number[] =>
      [...times.slice(1)].map((ms, at) => ms - (times[at] ?? 0));
    const short = gaps(scheduleOf(stream, null, 4000)).filter((gap) => gap < 1).length / 4000;
    expect(short).toBeGreaterThan(0.58);
    expect(short).toBeLessThan(0.69);
    const even = gaps(scheduleOf({ ...stream, arrivals: "even" }, null, 4000));
    expect(Math.max(...even) - Math.min(...even)).toBeLessThan(1e-6);
  });

  it("puts bursts on top of the stream, the first at once", () => {
    const times = scheduleOf(null, { count: 3, everyMs: 1000 }, 2500);
    expect([...times]).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000]);
    const both = scheduleOf(stream, { count: 3, everyMs: 1000 }, 2500);
    expect(both.length).toBe(scheduleOf(stream, null, 2500).length + 9);
    expect([...both.slice(0, 3)]).toEqual([0, 0, 0]);
  });

  it("refuses more connections than a run may have before it makes them", () => {
    expect(() => scheduleOf({ ...stream, ratePerSecond: 1e9 }, null, 10_000)).toThrow(/at most 1000000/);
    expect(() => scheduleOf(null, { count: 1_000_000, everyMs: 1 }, 10_000)).toThrow(UsageError);
  });
});

describe("a list of arrivals", () => {
  it("is read from any beginning, in any order, with remarks", () => {
    expect([
      ...parseArrivalList("# seconds\n1700000001.5\n\n1700000001 # first\n1700000003\n", "a.txt"),
    ]).toEqual([0, 500, 2000]);
  });

  it.each([
    ["", "a.txt: no arrival in it"],
    ["# nothing\n", "a.txt: no arrival in it"],
    ["1.0\nsoon\n", "a.txt, line 2: expected a time in seconds such as 12.345, got soon"],
    ["-1\n", "a.txt, line 1: expected"],
  ])("says what is wrong with %j", (text, words) => {
    expect(() => parseArrivalList(text, "a.txt")).toThrow(words);
  });
});

describe("a kernel's ladder of SYNs", () => {
  it("doubles from the beginning before 6.5, and after the linear ones since", () => {
    expect(synLadder(0, 3)).toEqual([1000, 3000, 7000]);
    expect(synLadder(4, 2)).toEqual([1000, 2000, 3000, 4000, 5000, 7000]);
  });
});

describe("the generator's verdict on itself", () => {
  const schedule = { text: "1000/s, even", durationMs: 1000 };
  const run = (late: number) =>
    loadRun(
      Array.from({ length: 1000 }, (_, at) =>
        loadRequest(at, { at: at + (at < late ? 2 : 0.2), intendedAt: at }),
      ),
      { schedule, concurrency: null, requested: 1000 },
    );

  it("is that the schedule was kept while 99 of 100 are less than a millisecond late", () => {
    expect(startVerdict(run(10))).toMatchObject({ isKept: true, late: 10, unopened: 0 });
    expect(startVerdict(run(11))).toMatchObject({ isKept: false, late: 11, p99Ms: 2 });
  });

  it("is that it was not kept where this machine could not open one", () => {
    const { requests, ...rest } = run(0);
    const short = [...requests.slice(1), loadRequest(0, { failure: "out-of-descriptors" })];
    expect(startVerdict({ ...rest, requests: short })).toMatchObject({ isKept: false, ownFailures: 1 });
  });

  it("is not calm about a run of which nothing is known", () => {
    expect(startVerdict(loadRun([], { schedule }))?.isKept).toBe(false);
  });

  it("does not exist in a closed loop", () => {
    expect(startVerdict(loadRun([loadRequest(1)]))).toBeNull();
  });
});

describe("connect steps", () => {
  it("count by what the kernel sent, also where the time would say otherwise", () => {
    const requests = [
      loadRequest(1, { synResends: 0, connectMs: 1500 }),
      loadRequest(2, { synResends: 1, connectMs: 1002 }),
      loadRequest(3, { synResends: 1, connectMs: null, failure: "connect-timeout" }),
      loadRequest(4, { synResends: null, connectMs: null, failure: "out-of-ports" }),
    ];
    expect(connectSteps(requests, [1000])).toEqual([
      { synResends: 0, expectedMs: 0, connected: 1, failed: 0, leastMs: 1500, mostMs: 1500 },
      { synResends: 1, expectedMs: 1000, connected: 1, failed: 1, leastMs: 1002, mostMs: 1002 },
    ]);
  });

  it("begin a part of the histogram each, and no connection is left out", () => {
    const times = [0.03, 0.5, 1001, 1999, 2050, 3100];
    const bins = histogramOf(times, [1000, 2000, 3000]);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(times.length);
    expect(bins.filter(({ resends }) => resends.length > 0)).toEqual([
      { fromMs: 1000, untilMs: 2000, count: 2, resends: [1] },
      { fromMs: 2000, untilMs: 3000, count: 1, resends: [2] },
      { fromMs: 3000, untilMs: 5000, count: 1, resends: [3] },
    ]);
    expect(histogramOf([], [1000])).toEqual([]);
  });
});

describe("the course of a run", () => {
  it("puts clients and queues on one axis, and drops into the second in which they rose", () => {
    const sample = (at: number, acceptQueue: number, drops: number) => ({
      at,
      acceptQueue,
      synQueue: 1,
      limit: 8,
      drops,
    });
    const server = {
      listeners: 1,
      counters: {},
      samples: [sample(0, 0, 0), sample(500, 9, 4), sample(1500, 3, 4), sample(2500, 2, 5)],
    };
    const requests = [
      loadRequest(1, { at: 100, connectMs: 5 }),
      loadRequest(2, { at: 200, connectMs: 1005, synResends: 1 }),
      loadRequest(3, { at: 300, connectMs: null, totalMs: 2000, failure: "connect-timeout", synResends: 2 }),
    ];
    const pieces = courseOf(loadRun(requests, { durationMs: 3000, server }));
    expect(pieces).toMatchObject([
      { fromMs: 0, opened: 3, connected: 1, synResends: 3, failed: 0, acceptQueue: 9, drops: 4 },
      { fromMs: 1000, opened: 0, connected: 1, failed: 0, acceptQueue: 3, drops: 0 },
      { fromMs: 2000, opened: 0, connected: 0, failed: 1, acceptQueue: 2, drops: 1 },
    ]);
  });

  it("has at most 30 pieces, and nulls where the server was not seen", () => {
    const pieces = courseOf(loadRun([loadRequest(1, { at: 3_500_000 })], { durationMs: 3_600_000 }));
    expect(pieces.length).toBeLessThanOrEqual(30);
    expect(pieces.at(-1)).toMatchObject({ opened: 1, acceptQueue: null, drops: null });
  });
});

describe("causes", () => {
  it("keep this machine's own trouble apart from the server's", () => {
    expect(causeBeforeConnected("EADDRNOTAVAIL")).toBe("out-of-ports");
    expect(causeBeforeConnected("EMFILE")).toBe("out-of-descriptors");
    expect(causeBeforeConnected("ECONNREFUSED")).toBe("refused");
    expect(causeBeforeConnected("EPROTO")).toBe("other");
  });

  it("tell a reset at the handshake from a later one by whether anything was acknowledged", () => {
    expect(causeAfterConnected("ECONNRESET", false, false)).toBe("reset-at-handshake");
    expect(causeAfterConnected("ECONNRESET", true, false)).toBe("reset");
    expect(causeAfterConnected("ETIMEDOUT", true, false)).toBe("no-response");
  });
});

describe("a quantile", () => {
  it("is a value that so many do not exceed", () => {
    expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantileOf([1, 2, 3, 4], 1)).toBe(4);
    expect(quantileOf([], 0.5)).toBeNull();
  });
});
