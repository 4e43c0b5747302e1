import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/core/errors.ts";
import type { Explanation, Handshake } from "../../../../src/core/explain/index.ts";
import { type Observation, pauseSeen, rateSeen } from "../../../../src/core/plan/index.ts";
import { observeCapture } from "../../../../src/core/plan/observed/observe-capture.ts";
import { observeQueue } from "../../../../src/core/plan/observed/observe-queue.ts";
import { RecordingObserver } from "../../../../src/core/plan/observed/observe-recording.ts";
import { listenerSample, sampleOf } from "../../../support/samples.ts";

const around = { source: "port 80", passiveOpens: null, drops: 0 };

describe("a listener's load from frequent looks", () => {
  it("is paused while somebody waits and nobody is taken, from the look before the first until the first is taken", () => {
    const lengths = [0, 0, 3, 6, 9, 9, 4, 0, 0, 1, 0];
    const looks = lengths.map((acceptQueue, at) => ({ at: at * 50, acceptQueue, limit: 128 }));
    const seen = observeQueue(looks, around);
    expect(seen.pauses).toEqual([
      { fromMs: 50, lastsMs: 200 },
      // A look found one, and the next one nobody: it was taken in between.
      { fromMs: 400, lastsMs: 50 },
    ]);
    expect(seen).toMatchObject({ longestQueue: 9, limit: 128, seenMs: 500 });
  });

  it("has the rate of the kernel's counter where that is known, refusals included", () => {
    const looks = [0, 1].map((acceptQueue, at) => ({ at: at * 1000, acceptQueue, limit: 1 }));
    expect(observeQueue(looks, around).ratePerSecond).toBe(1);
    expect(observeQueue(looks, { ...around, passiveOpens: 40, drops: 10 }).ratePerSecond).toBe(50);
  });
});

describe("a listener's load from a recording", () => {
  const second = (at: number, changes: Parameters<typeof listenerSample>[0]) =>
    sampleOf([listenerSample(changes)], at);

  it("pauses for as long as its longest queue takes to come, and stood full", () => {
    const observer = new RecordingObserver(null);
    observer.add(second(0, {}));
    observer.add(second(1, { takenSeen: 100, intervalPeak: 50, fullMs: 200, dropsSinceStart: 20 }));
    observer.add(second(2, { takenSeen: 220, intervalPeak: 1, fullMs: 200, dropsSinceStart: 20 }));
    const seen = observer.conclude("here");
    expect(seen.ratePerSecond).toBe(120);
    expect(seen.pauses).toHaveLength(1);
    expect(seen.pauses[0]?.lastsMs).toBeCloseTo((50 * 1000) / 120 + 200, 6);
    expect(seen).toMatchObject({ longestQueue: 50, refused: 20 });
  });

  it.each([
    [[], null, /^here holds no sample/],
    [
      [second(0, {}), second(1, { takenSeen: 5, intervalPeak: 1 })],
      81,
      /^here has no TCP listener on port 81/,
    ],
    [[second(0, {})], 80, /^here has one sample of port 80/],
    [[second(0, {}), second(1, {})], null, /^here: nobody waited at any listener; name one with --port/],
  ])("that says nothing is an error", (samples, port, words) => {
    const observer = new RecordingObserver(port);
    for (const sample of samples) observer.add(sample);
    expect(() => observer.conclude("here")).toThrow(words);
    expect(() => observer.conclude("here")).toThrow(UsageError);
  });

  it("asks which listener is meant where several had somebody waiting", () => {
    const observer = new RecordingObserver(null);
    const both = (taken: number) =>
      [80, 81].map((port) =>
        listenerSample({ port, cookie: String(port), takenSeen: taken, intervalPeak: taken }),
      );
    observer.add(sampleOf(both(0), 0));
    observer.add(sampleOf(both(9), 1));
    expect(() => observer.conclude("here")).toThrow("on ports 80, 81: name one with --port");
  });
});

function handshake(startedAt: number, firstResponseMs: number | null): Handshake {
  const timed = { startedAt, handshakeMs: 1, firstResponseMs };
  const counts = { synRetransmissions: 0, synAckRetransmissions: 0, dataRetransmissionsBeforeAccept: 0 };
  const server = "10.0.0.1:80";
  return {
    client: "10.0.0.2:1",
    server,
    outcome: "completed",
    served: true,
    packets: [],
    note: null,
    ...timed,
    ...counts,
  };
}

function explanation(handshakes: readonly Handshake[]): Explanation {
  const listener = {
    ...{ address: "10.0.0.1", port: 80, handshakes: handshakes.length, leftOut: 0 },
    ...{ inferredBacklog: null, abortOnOverflow: null, outcomes: {}, note: null },
  };
  return { listeners: [listener], handshakes, findings: [], leftOut: 0, notShown: [] };
}

describe("a listener's load from a capture", () => {
  it("pauses between two answers while somebody who is answered later is connected", () => {
    // Answered at 5; then nobody until 500, although somebody was connected at 101.
    const seen = observeCapture(
      explanation([handshake(0, 5), handshake(100, 400), handshake(200, 305)]),
      "x.pcap",
      null,
    );
    expect(seen.pauses).toEqual([{ fromMs: 101, lastsMs: 399 }]);
    expect(seen.ratePerSecond).toBe(3000 / 505);
    expect(seen.notes[0]).toContain("Only 3 connections");
  });

  it("is an error without a listener, or without this one", () => {
    const empty = { ...explanation([]), listeners: [] };
    expect(() => observeCapture(empty, "x.pcap", null)).toThrow("x.pcap shows no listener that answered");
    expect(() => observeCapture(explanation([]), "x.pcap", 81)).toThrow(
      "x.pcap shows no listener on port 81",
    );
  });
});

describe("a demand from what was seen", () => {
  const seen: Observation = {
    ...{
      source: "port 80",
      seenMs: 10_000,
      ratePerSecond: 100,
      longestQueue: 9,
      limit: 9,
      refused: 0,
      notes: [],
    },
    pauses: [1000, 3000, 5000].map((fromMs) => ({ fromMs, lastsMs: 500 })),
  };

  it("plans for the longest pause, and for its recurring from the third on", () => {
    expect(pauseSeen(seen)).toEqual({ pauseMs: 500, pauseEveryMs: 2000 });
    expect(pauseSeen({ ...seen, pauses: seen.pauses.slice(1) })).toEqual({
      pauseMs: 500,
      pauseEveryMs: null,
    });
    const tiny = { fromMs: 0, lastsMs: 20 };
    expect(
      pauseSeen({ ...seen, pauses: [tiny, tiny, tiny, ...seen.pauses.slice(1)] }).pauseEveryMs,
    ).toBeNull();
  });

  it("does not follow from calm: no pause seen is no proof that there is none", () => {
    expect(() => pauseSeen({ ...seen, pauses: [] })).toThrow(/no pause was seen; .* --pause$/);
    expect(() => rateSeen({ ...seen, ratePerSecond: 0 })).toThrow(/no connection came/);
  });
});
