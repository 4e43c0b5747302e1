/**
 * The explainer on any segments at all, also such as no kernel sends: it answers, and what it answers does not contradict
 * itself.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude, Explainer, type Explanation, OUTCOMES } from "../../../src/core/explain/index.ts";
import { explainDocument } from "../../../src/core/report/document/explain-document.ts";
import { plain } from "../../../src/core/report/layout/paint.ts";
import { formatExplanation } from "../../../src/core/report/text/explain-text.ts";
import { emptySegment, type Segment } from "../../../src/core/wire/packet/segment.ts";
import { TCP_FLAG } from "../../../src/core/wire/packet/tcp-flags.ts";
import { propertyOptions } from "../seed.ts";

const { SYN, ACK, PSH, FIN, RST } = TCP_FLAG;

/** Initial numbers at both ends of the number space, so that sums wrap. */
const ISNS = [0, 0xffff_ffff, 7_000_000] as const;
const offset = fc.constantFrom(-1, 0, 1, 1, 2, 83, 84, 1000);

const packet = fc
  .record({
    gapMs: fc.oneof(
      fc.constantFrom(0, 0.1, 1, 999, 1000, 3000, 150_000, -5, Number.NaN),
      fc.double({ min: 0, max: 5000, noNaN: true }),
    ),
    client: fc.nat({ max: 3 }),
    port: fc.constantFrom(80, 443),
    isFromClient: fc.boolean(),
    flags: fc.oneof(
      fc.constantFrom(SYN, SYN | ACK, ACK, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK),
      fc.nat({ max: 0x1ff }),
    ),
    sequence: fc.tuple(fc.constantFrom(...ISNS), offset),
    acknowledgment: fc.tuple(fc.constantFrom(...ISNS), offset),
    payloadLength: fc.constantFrom(0, 0, 0, 82, 1460),
    identification: fc.constantFrom(-1, 0, 1, 1, 2),
    timestampValue: fc.constantFrom(-1, 5, 6),
    hasFastOpen: fc.boolean(),
  })
  .map(({ gapMs, client, port, isFromClient, sequence, acknowledgment, ...rest }) => ({
    gapMs,
    fields: {
      ...rest,
      ...(isFromClient
        ? { source3: 1, sourcePort: 40_000 + client, destination3: 2, destinationPort: port }
        : { source3: 2, sourcePort: port, destination3: 1, destinationPort: 40_000 + client }),
      sequence: (sequence[0] + sequence[1]) >>> 0,
      acknowledgment: (acknowledgment[0] + acknowledgment[1]) >>> 0,
      timestampEcho: -1,
    } satisfies Partial<Segment>,
  }));

const segments = fc.array(packet, { maxLength: 60 }).map((packets) => {
  let now = 0;
  return packets.map(({ gapMs, fields }, place): Segment => {
    if (!Number.isNaN(gapMs)) now += gapMs;
    return { ...emptySegment(), ...fields, number: place + 1, at: Number.isNaN(gapMs) ? gapMs : now };
  });
});

function explained(seen: readonly Segment[], all: boolean): Explanation {
  const explainer = new Explainer({ keepAll: all });
  for (const segment of seen) explainer.see(segment);
  return conclude([explainer.finish()], { all });
}

function sumOf(outcomes: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(outcomes).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

describe("explaining any segments", () => {
  it("gives outcomes of the closed list only, counts that add up, and packets that were there", () => {
    fc.assert(
      fc.property(segments, (seen) => {
        const { listeners, handshakes, findings } = explained(seen, true);
        for (const { outcome, packets, client, server } of handshakes) {
          expect(OUTCOMES).toContain(outcome);
          for (const number of packets) expect(number).toBeLessThanOrEqual(seen.length);
          expect(client).not.toBe(server);
        }
        for (const { outcomes, handshakes: count, inferredBacklog } of listeners) {
          expect(sumOf(outcomes)).toBe(count);
          expect(inferredBacklog?.atMost ?? 0).toBeGreaterThanOrEqual(0);
        }
        expect(new Set(findings.map(({ code }) => code.startsWith("capture-")))).not.toContain(false);
      }),
      propertyOptions(1500),
    );
  });

  it("says the same whether what simply completed is kept or only counted", () => {
    fc.assert(
      fc.property(segments, (seen) => {
        const [kept, counted] = [explained(seen, true), explained(seen, false)];
        expect(counted.listeners).toEqual(kept.listeners);
        expect(counted.findings).toEqual(kept.findings);
        const known = kept.listeners.map(({ address, port }) => `${address}:${port}`);
        expect(counted.handshakes).toEqual(
          kept.handshakes.filter(({ outcome, server }) => outcome !== "completed" || !known.includes(server)),
        );
      }),
      propertyOptions(500),
    );
  });

  it("is never without words, and its document survives JSON", () => {
    fc.assert(
      fc.property(segments, (seen) => {
        const explanation = explained(seen, true);
        expect(formatExplanation([], explanation, { paint: plain, width: 80 })).not.toMatch(
          /NaN|undefined|Infinity|\[object/,
        );
        const document = explainDocument([], explanation);
        expect(JSON.parse(JSON.stringify(document))).toEqual(document);
      }),
      propertyOptions(500),
    );
  });
});
