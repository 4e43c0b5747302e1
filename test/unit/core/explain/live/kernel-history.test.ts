import { describe, expect, it } from "vitest";
import { KernelHistory, type KernelReading } from "../../../../../src/core/explain/live/kernel-history.ts";

type Listener = KernelReading["listeners"][number];

function listener(drops: number, changes: Partial<Listener> = {}): Listener {
  return {
    cookie: "7",
    family: "ipv4",
    v6only: null,
    address: "0.0.0.0",
    acceptQueue: queue(4),
    drops: 90 + drops,
    dropsSinceStart: drops,
    ...changes,
  };
}

function queue(limit: number): Listener["acceptQueue"] {
  return { length: 0, limit, capacity: limit + 1 };
}

/** Readings 250 ms apart. */
function historyOf(...readings: readonly Partial<KernelReading>[]): KernelHistory {
  const history = new KernelHistory();
  readings.forEach((reading, place) => {
    history.add({
      at: 1_000 + place * 250,
      overflows: 0,
      abortOnOverflow: true,
      listeners: [listener(0)],
      ...reading,
    });
  });
  return history;
}

const DROPPED = { overflows: 1, listeners: [listener(1)] };

describe("what the kernel said", () => {
  it("tells the rise of ListenOverflows since a moment, from the last reading before it", () => {
    expect(new KernelHistory().riseSince(0)).toBeNull();
    const history = historyOf({ overflows: 10 }, { overflows: 12 }, { overflows: 15 });
    expect(history.riseSince(1_300)).toBe(3);
    expect(history.riseSince(500)).toBe(5);
    history.add({ at: 150_000, overflows: 15, abortOnOverflow: true, listeners: [] });
    expect(history.riseSince(500)).toBe(0);
    history.add({ at: 150_250, overflows: null, abortOnOverflow: true, listeners: [] });
    expect(history.riseSince(500)).toBeNull();
  });

  it("blames a full queue for a reset when the counters of the port rose around it", () => {
    expect(historyOf({}, DROPPED).resetCause(1_100)).toBe("overflow");
    expect(historyOf({}, DROPPED, DROPPED).resetCause(1_400)).toBe("other");
  });

  it("looks further back where a reading may have counted what the reset followed", () => {
    expect(historyOf({}, DROPPED, DROPPED).resetCause(1_251)).toBe("overflow");
  });

  it.each([
    ["resets are off", { abortOnOverflow: false }, { ...DROPPED, abortOnOverflow: false }],
    ["nothing overflowed", {}, { listeners: [listener(1)] }],
    ["it was another listener's", {}, { overflows: 1 }],
    ["the listener is a new one", {}, { overflows: 1, listeners: [listener(1, { cookie: "8" })] }],
  ])("blames something else where %s", (_, before, after) => {
    expect(historyOf(before, after).resetCause(1_100)).toBe("other");
  });

  it("adds up overflows of intervals in which a listener on the port dropped, and of no others", () => {
    const later = { overflows: 3, listeners: [listener(5)] };
    expect(historyOf({}, DROPPED, later).overflowed).toEqual({ overflows: 3, drops: 5 });
    expect(historyOf({}, { overflows: 1 }, { overflows: 1, listeners: [listener(1)] }).overflowed).toEqual({
      overflows: 0,
      drops: 0,
    });
    const uncounted = { listeners: [listener(0, { drops: null })] };
    expect(historyOf(uncounted, { ...uncounted, overflows: 2 }).overflowed).toEqual({
      overflows: 2,
      drops: null,
    });
  });

  it("counts over the end of the kernel's 32 bits", () => {
    const wrapped = { ...DROPPED, listeners: [listener(1, { drops: 0 })] };
    expect(historyOf({ listeners: [listener(0, { drops: 2 ** 32 - 1 })] }, wrapped).overflowed.drops).toBe(1);
  });

  it("says nothing of another machine's listener, nor of what no readings frame", () => {
    expect(historyOf({ listeners: [] }, { overflows: 1 }).resetCause(1_100)).toBeNull();
    expect(historyOf({}, DROPPED).resetCause(1_010)).toBeNull();
    expect(historyOf({}, DROPPED).resetCause(1_300)).toBeNull();
    expect(historyOf({ listeners: [] }).factsOf("10.0.0.2", 4)).toBeNull();
  });

  it("knows the limit of who listens at an address: exactly there, or everywhere, also when it has gone", () => {
    const any6 = listener(0, {
      family: "ipv6",
      v6only: false,
      address: "::",
      acceptQueue: queue(9),
    });
    const exact = listener(0, { address: "10.0.0.2", acceptQueue: queue(2) });
    const facts = (of: readonly Listener[], address: string, version: 4 | 6) =>
      historyOf({ listeners: of }, { listeners: [] }).factsOf(address, version);
    const limits = (leastLimit: number, mostLimit: number) => ({
      leastLimit,
      mostLimit,
      abortOnOverflow: true,
    });
    expect(facts([listener(0), exact], "10.0.0.2", 4)).toEqual(limits(2, 2));
    expect(facts([listener(0), exact], "10.0.0.3", 4)).toEqual(limits(4, 4));
    expect(facts([any6], "10.0.0.3", 4)).toEqual(limits(9, 9));
    expect(facts([{ ...any6, v6only: true }], "10.0.0.3", 4)).toBeNull();
    expect(facts([listener(0)], "2001:db8::1", 6)).toBeNull();
    expect(facts([listener(0), listener(0, { cookie: "8", acceptQueue: queue(6) })], "10.0.0.3", 4)).toEqual(
      limits(4, 6),
    );
  });
});
