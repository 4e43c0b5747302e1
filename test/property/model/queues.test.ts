/**
 * The model's containers, held against the slow ones that everybody understands.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fifo } from "../../../src/core/model/host/fifo.ts";
import { EventHeap } from "../../../src/core/model/simulation/event-heap.ts";
import { TimerLists } from "../../../src/core/model/storm/timer-lists.ts";
import { propertyOptions } from "../seed.ts";

/** Put a number in, or take one out. */
const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(null)), { maxLength: 300 });

describe("EventHeap", () => {
  it("gives events by time, and those of one time in the order in which they came", () => {
    fc.assert(
      fc.property(steps, (times) => {
        const heap = new EventHeap<number>();
        const naive: { time: number; order: number }[] = [];
        for (const [order, time] of times.entries()) {
          if (time === null) {
            naive.sort((a, b) => a.time - b.time || a.order - b.order);
            expect(heap.nextTime).toBe(naive[0]?.time ?? Number.POSITIVE_INFINITY);
            expect(heap.pop()).toBe(naive.shift()?.order);
          } else {
            heap.push(time, order);
            naive.push({ time, order });
          }
          expect(heap.length).toBe(naive.length);
        }
      }),
      propertyOptions(),
    );
  });
});

describe("Fifo", () => {
  it("is an array with push and shift", () => {
    fc.assert(
      fc.property(steps, (items) => {
        const fifo = new Fifo<number>();
        const naive: number[] = [];
        for (const item of items) {
          if (item === null) expect(fifo.shift()).toBe(naive.shift());
          else {
            fifo.push(item);
            naive.push(item);
          }
          expect(fifo.toArray()).toEqual(naive);
          expect([fifo.length, fifo.first()]).toEqual([naive.length, naive[0]]);
        }
      }),
      propertyOptions(),
    );
  });

  it("does not hold what has left it", () => {
    const fifo = new Fifo<{ name: string }>([{ name: "first" }, { name: "second" }]);
    expect(fifo.shift()).toEqual({ name: "first" });
    expect(fifo.toArray()).toEqual([{ name: "second" }]);
  });
});

describe("TimerLists", () => {
  const timers = fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 9 }), length: fc.constantFrom(5, 10, 40) }),
  );

  it("gives timers by the moment at which they fire, and says when they were due", () => {
    fc.assert(
      fc.property(timers, (plan) => {
        const lists = new TimerLists((setAtMs, lengthMs) => 4 * Math.ceil((setAtMs + lengthMs) / 4));
        const naive: { timer: number; dueMs: number; firesAtMs: number }[] = [];
        let now = 0;
        for (const [timer, { gap, length }] of plan.entries()) {
          now += gap;
          lists.set(length, now, timer);
          naive.push({ timer, dueMs: now + length, firesAtMs: 4 * Math.ceil((now + length) / 4) });
        }
        const taken: number[] = [];
        while (lists.nextMs !== Number.POSITIVE_INFINITY) {
          const firesAtMs = lists.nextMs;
          const { timer, dueMs } = lists.take();
          expect({ timer, dueMs, firesAtMs }).toEqual(naive[timer]);
          taken.push(firesAtMs);
        }
        expect(taken).toEqual(naive.map((one) => one.firesAtMs).sort((a, b) => a - b));
      }),
      propertyOptions(),
    );
  });
});
