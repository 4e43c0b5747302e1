import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "../../../src/core/listener/drops/drop-causes.ts";
import { ListenerState } from "../../../src/core/listener/sample/listener-state.ts";
import { PEAK_WINDOW_MS, PeakWindow } from "../../../src/core/listener/sample/peak-window.ts";
import { propertyOptions } from "../seed.ts";

const identity = {
  key: 1,
  cookie: 1n,
  protocol: "tcp" as const,
  family: "ipv4" as const,
  v6only: null,
  address: "0.0.0.0",
  port: 80,
  path: null,
  interfaceIndex: 0,
  inode: 1,
};
const looks = fc.array(
  fc.record({ gapMs: fc.integer({ min: 1, max: 5_000 }), length: fc.nat(6), dropped: fc.nat(9) }),
  { minLength: 1, maxLength: 100 },
);

describe("what is remembered of a listener", () => {
  it("sums drops exactly, also across the end of 32 bits", () => {
    fc.assert(
      fc.property(looks, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (steps, first) => {
        const state = new ListenerState(identity, false);
        state.look(0, 0, 4, first);
        let [at, dropped] = [0, 0];
        for (const step of steps) {
          at += step.gapMs;
          dropped += step.dropped;
          state.look(at, step.length, 4, (first + dropped) % 2 ** 32);
        }
        expect(state.dropsSinceStart).toBe(dropped);
      }),
      propertyOptions(),
    );
  });

  it("tells of an idle listener what it would tell of any other: the last look, the least length, the time at capacity", () => {
    const steps = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 1, max: 5_000 }),
        // Mostly idle, as listeners are; a limit of 0 fills with one.
        length: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2)),
        limit: fc.nat(1),
      }),
      { minLength: 2, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (looks) => {
        const state = new ListenerState(identity, false);
        let [at, fullMs, endedFull] = [0, 0, false];
        for (const [place, { gapMs, length, limit }] of looks.entries()) {
          at += gapMs;
          const isFull = length > limit;
          // Time at capacity is half of a gap for each of its ends that was full; before the first look there is no gap.
          if (place > 0) fullMs += (gapMs * (Number(isFull) + Number(endedFull))) / 2;
          endedFull = isFull;
          state.missing = 1;
          state.look(at, length, limit, 0);
          expect([state.length, state.limit, state.missing]).toEqual([length, limit, 0]);
        }
        expect(state.fullMs).toBe(fullMs);
        expect(state.intervalLeast).toBe(Math.min(...looks.map(({ length }) => length)));
      }),
      propertyOptions(),
    );
  });

  it("has been full for no longer than it was looked at, and for at least the time between two full looks", () => {
    fc.assert(
      fc.property(looks, (steps) => {
        const state = new ListenerState(identity, false);
        let [at, atLeast, wasFull] = [0, 0, false];
        state.look(0, 0, 4, 0);
        for (const { gapMs, length } of steps) {
          at += gapMs;
          if (wasFull && length >= 5) atLeast += gapMs;
          wasFull = length >= 5;
          state.look(at, length, 4, 0);
        }
        expect(state.fullMs).toBeGreaterThanOrEqual(atLeast);
        expect(state.fullMs).toBeLessThanOrEqual(at);
      }),
      propertyOptions(),
    );
  });

  it("has as its peak the longest of the last 60 s", () => {
    fc.assert(
      fc.property(looks, (steps) => {
        const window = new PeakWindow();
        const seen: { at: number; length: number }[] = [];
        let at = 0;
        for (const { gapMs, length } of steps) {
          at += gapMs;
          window.add({ at, length, by: "seen" });
          seen.push({ at, length });
        }
        // The second in which a peak falls may let go of an equal one a little earlier, never of a longer one in time.
        const longest = (sinceMs: number) =>
          Math.max(0, ...seen.filter((one) => at - one.at <= sinceMs).map(({ length }) => length));
        const { length } = window.highest(at) ?? { length: 0 };
        expect(length).toBeLessThanOrEqual(longest(PEAK_WINDOW_MS));
        expect(length).toBeGreaterThanOrEqual(longest(PEAK_WINDOW_MS - 1_000));
      }),
      propertyOptions(),
    );
  });
});

describe("who lost what", () => {
  const rises = fc.uniqueArray(
    fc.record({ key: fc.nat(20), raw: fc.integer({ min: 1, max: 50 }), sawFull: fc.boolean() }),
    { selector: ({ key }) => key, minLength: 1 },
  );
  const counters = fc
    .record({ listenOverflows: fc.nat(50), reqQFullDrops: fc.nat(50), rest: fc.nat(50) })
    .map(({ rest, ...known }) => ({
      ...known,
      listenDrops: known.listenOverflows + known.reqQFullDrops + rest,
    }));
  const intervals = fc.record({
    rises,
    counters,
    othersMoved: fc.boolean(),
    isOneMoment: fc.boolean(),
  });

  it("says exactly what every division of the counters among the listeners has in common, and no more", () => {
    fc.assert(
      fc.property(rises, counters, (moved, counted) => {
        const interval = { counters: counted, rises: moved, othersMoved: false, isOneMoment: true };
        const { shares } = attribute(interval);
        const rawSum = moved.reduce((sum, { raw }) => sum + raw, 0);
        for (const { key, raw } of moved) {
          const rise = shares.get(key)?.rise;
          // Others can have had at most as many refusals as their counters rose by.
          const least = Math.max(0, counted.listenDrops - (rawSum - raw));
          const most = Math.min(raw, counted.listenDrops);
          expect(rise?.raw).toBe(raw);
          expect(rise?.refused.exact).toBe(least === most);
          if (least === most) expect(rise?.refused.value).toBe(least);
        }
      }),
      propertyOptions(),
    );
  });

  it("divides all of it: no listener has more than its drops, and with what is left over it is what the counters have", () => {
    fc.assert(
      fc.property(intervals, (interval) => {
        const { shares, rest } = attribute(interval);
        const values = interval.rises.map(({ key }) => shares.get(key)?.rise.refused.value ?? Number.NaN);
        for (const [place, { raw }] of interval.rises.entries())
          expect(values[place]).toBeLessThanOrEqual(raw);
        const sum = values.reduce((total, value) => total + value, 0);
        expect(sum + rest.listenDrops).toBe(interval.counters.listenDrops);
        expect(rest.listenOverflows + rest.reqQFullDrops).toBeLessThanOrEqual(rest.listenDrops + 1);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      }),
      propertyOptions(),
    );
  });

  it("names a cause only where the counters have no other, and nobody else may have refused it", () => {
    fc.assert(
      fc.property(intervals, (interval) => {
        const { listenOverflows, reqQFullDrops, listenDrops } = interval.counters;
        const counted = [listenOverflows, reqQFullDrops, listenDrops - listenOverflows - reqQFullDrops];
        const causes = counted.filter((count) => count > 0).length;
        for (const { rise } of attribute(interval).shares.values()) {
          if (causes > 1 && interval.rises.length > 1 && listenDrops <= rawSumOf(interval.rises))
            expect(rise.cause).toBeNull();
          if (interval.othersMoved && listenDrops > 0) expect(rise.cause).toBeNull();
        }
      }),
      propertyOptions(),
    );
  });
});

function rawSumOf(rises: readonly { readonly raw: number }[]): number {
  return rises.reduce((sum, { raw }) => sum + raw, 0);
}
