import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrivalsOf, handshakesOf, withNotes } from "../../../src/core/trace/index.ts";
import { accept, listenerOf, sample, traceOf } from "../../support/traces.ts";
import { propertyOptions } from "../seed.ts";

const time = fc.double({ min: 0, max: 5000, noNaN: true });
const line = fc
  .tuple(
    time,
    fc.constantFrom(40001, 40002, 40003),
    fc.constantFrom("> S", "< S.", "> .", "> P. 82", "< P. 130", "< R", "> R", "> F.", "< F."),
    fc.boolean(),
  )
  .map(([at, port, rest, isLost]) => `${at.toFixed(3)} ${port} ${rest}${isLost ? " lost" : ""}`);
const samples = fc.array(fc.tuple(time, fc.nat(4), fc.nat(3)).map((parts) => sample(...parts)));
const calls = fc.array(fc.tuple(time, fc.constantFrom(30, "EAGAIN")).map((parts) => accept(...parts)));

/** Any trace at all, also one that no kernel would make. */
const trace = fc
  .tuple(fc.array(line, { maxLength: 40 }), samples, calls)
  .map(([lines, samplesSeen, callsMade]) => traceOf(lines, { samples: samplesSeen, calls: callsMade }));

describe("arrivalsOf, on any trace", () => {
  it("tells of each packet at most once, and only of packets that reached the listener", () => {
    fc.assert(
      fc.property(trace, (any) => {
        const arrivals = arrivalsOf(any, listenerOf);
        expect(new Set(arrivals.map(({ packet }) => packet.number)).size).toBe(arrivals.length);
        for (const { packet } of arrivals) {
          expect(packet.arrivedAt).not.toBeNull();
          expect(listenerOf(packet.to)).toBe("listener");
          expect(packet.flags).not.toContain("R");
        }
      }),
      propertyOptions(),
    );
  });

  it("refuses exactly while the length is above the limit", () => {
    fc.assert(
      fc.property(trace, (any) => {
        for (const { outcome, acceptQueue, limit } of arrivalsOf(any, listenerOf)) {
          if (outcome === "final-refused" || outcome === "syn-refused-accept-queue-full")
            expect(acceptQueue).toBeGreaterThan(limit);
          if (outcome === "completed") expect(acceptQueue).toBeLessThanOrEqual(limit);
        }
      }),
      propertyOptions(),
    );
  });
});

describe("handshakesOf, on any trace", () => {
  it("puts every packet into exactly one connection and keeps the order", () => {
    fc.assert(
      fc.property(trace, (any) => {
        const handshakes = handshakesOf(any);
        const numbers = handshakes.flatMap(({ packets }) => packets.map((packet) => packet.number));
        expect([...numbers].sort((a, b) => a - b)).toEqual(any.packets.map((packet) => packet.number));
        for (const { packets } of handshakes) {
          const inOrder = packets.every((packet, place) => packet.number > (packets[place - 1]?.number ?? 0));
          expect(inOrder).toBe(true);
        }
      }),
      propertyOptions(),
    );
  });
});

describe("withNotes, on any trace", () => {
  it("changes notes only, and adds none the second time", () => {
    fc.assert(
      fc.property(trace, (any) => {
        const once = withNotes(any, listenerOf);
        expect(once.packets.map((packet) => ({ ...packet, note: null }))).toEqual(any.packets);
        const finished = {
          ...once,
          packets: once.packets.map((packet) => ({ ...packet, note: packet.note ?? "" })),
        };
        expect(withNotes(finished, listenerOf)).toEqual(finished);
      }),
      propertyOptions(),
    );
  });

  it("says of every lost packet that it was lost, and of no other", () => {
    fc.assert(
      fc.property(trace, (any) => {
        for (const { note, arrivedAt } of withNotes(any, listenerOf).packets) {
          expect(note?.includes("lost on the wire") ?? false).toBe(arrivedAt === null);
        }
      }),
      propertyOptions(),
    );
  });
});
