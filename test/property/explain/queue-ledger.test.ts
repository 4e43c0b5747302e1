/**
 * The ledger of a listener's queue against the definition of U(t), counted over all connections at once: thinning out, using
 * entries again and counting early must change nothing.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QueueEntry, type Refusal } from "../../../src/core/explain/follow/queue-entry.ts";
import { QueueLedger } from "../../../src/core/explain/follow/queue-ledger.ts";
import { propertyOptions } from "../seed.ts";

/** A connection at the listener, all times in milliseconds; the last of `tries` passes, the others are refused. */
interface Visit {
  readonly tries: readonly number[];
  /** How long after a refused try the SYN+ACK that proves it comes. */
  readonly proofMs: number;
  readonly settledAt: number;
  /** When the server first speaks and when it is done; Infinity for never. */
  readonly provenAt: number;
  readonly endedAt: number;
}

const gap = fc.double({ min: 0.01, max: 400, noNaN: true });
const visit = fc
  .record({
    startAt: fc.double({ min: 0, max: 30_000, noNaN: true }),
    tryGaps: fc.array(fc.double({ min: 100, max: 3000, noNaN: true }), { maxLength: 3 }),
    proofMs: fc.double({ min: 10, max: 3900, noNaN: true }),
    gaps: fc.tuple(gap, gap, gap),
    isSilent: fc.boolean(),
  })
  .map(({ startAt, tryGaps, proofMs, gaps: [settleMs, proveMs, endMs], isSilent }): Visit => {
    const tries = [startAt];
    for (const ms of tryGaps) tries.push((tries.at(-1) ?? startAt) + ms);
    const settledAt = Math.max(tries.at(-1) ?? startAt, (tries.at(-2) ?? 0) + proofMs) + settleMs;
    const provenAt = isSilent && tryGaps.length === 0 ? Number.POSITIVE_INFINITY : settledAt + proveMs;
    return { tries, proofMs, settledAt, provenAt, endedAt: provenAt + endMs };
  });

interface LedgerEvent {
  readonly at: number;
  readonly tell: () => void;
}

/** What the ledger is told of a visit, each with its moment. */
function eventsOf(one: Visit, ledger: QueueLedger, refusals: Refusal[]): LedgerEvent[] {
  // The first try comes first, so everything after it finds the entry.
  let entry = new QueueEntry();
  const tries = one.tries.map((at, place) => ({
    at,
    tell: () => {
      if (place === 0) entry = ledger.add(at);
      else if (!Number.isFinite(entry.passedAt)) entry.passedAt = at;
    },
  }));
  const proofs = one.tries.slice(0, -1).map((at, place) => ({
    at: at + one.proofMs,
    tell: () => {
      refusals.push(ledger.refuse(at, true));
      entry.wasRefused = true;
      const next = one.tries[place + 1] ?? Number.POSITIVE_INFINITY;
      entry.passedAt = next <= at + one.proofMs ? next : Number.POSITIVE_INFINITY;
    },
  }));
  return [...tries, ...proofs, ...fateOf(one, () => entry)];
}

function fateOf({ settledAt, provenAt, endedAt }: Visit, entry: () => QueueEntry): LedgerEvent[] {
  const settled = {
    at: settledAt,
    tell: () => {
      entry().isSettled = true;
    },
  };
  const proven = {
    at: provenAt,
    tell: () => {
      entry().provenAt = provenAt;
    },
  };
  const ended = {
    at: endedAt,
    tell: () => {
      entry().endedAt = endedAt;
    },
  };
  return [settled, proven, ended].filter(({ at }) => Number.isFinite(at));
}

/** U and the connections being answered at a moment, by their definitions. */
function naive(visits: readonly Visit[], at: number): { standing: number; serving: number } {
  const marginMs = 1;
  const passedAt = (one: Visit) => one.tries.at(-1) ?? 0;
  const goneAt = (one: Visit) => {
    const later = visits.filter((other) => passedAt(other) > passedAt(one) + marginMs);
    const earliest = later.reduce(
      (least, other) => Math.min(least, other.provenAt),
      Number.POSITIVE_INFINITY,
    );
    return Math.min(one.provenAt, Math.max(earliest, passedAt(one)));
  };
  return {
    standing: visits.filter((one) => passedAt(one) < at && goneAt(one) > at).length,
    serving: visits.filter(({ provenAt, endedAt }) => provenAt <= at && endedAt > at).length,
  };
}

function replay(visits: readonly Visit[], large: number): { ledger: QueueLedger; refusals: Refusal[] } {
  const ledger = new QueueLedger(large);
  const refusals: Refusal[] = [];
  const events = visits.flatMap((one) => eventsOf(one, ledger, refusals));
  for (const event of events.sort((a, b) => a.at - b.at)) event.tell();
  ledger.finish();
  return { ledger, refusals };
}

describe("QueueLedger", () => {
  it("counts at each refusal what the definition says, however often it was thinned out", () => {
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 60 }), fc.constantFrom(1, 4, 1024), (visits, large) => {
        const { refusals } = replay(visits, large);
        for (const { at, standing, serving } of refusals) {
          expect({ standing, serving }).toEqual(naive(visits, at));
        }
        expect(refusals.length).toBe(visits.reduce((sum, { tries }) => sum + tries.length - 1, 0));
      }),
      propertyOptions(500),
    );
  });

  it("does not count a refusal that is told too late, rather than count it wrong", () => {
    const ledger = new QueueLedger(1);
    const first = ledger.add(0);
    first.isSettled = true;
    first.provenAt = 1;
    first.endedAt = 2;
    ledger.add(100);
    const refusal = ledger.refuse(0.5, true);
    ledger.finish();
    expect(refusal.standing).toBeNaN();
  });

  it("keeps no more than what is open", () => {
    const ledger = new QueueLedger(4);
    const used = new Set<QueueEntry>();
    for (let at = 0; at < 1000; at += 10) {
      const entry = ledger.add(at);
      used.add(entry);
      entry.isSettled = true;
      entry.provenAt = at + 1;
      entry.endedAt = at + 2;
    }
    expect(used.size).toBeLessThan(10);
    expect(ledger.peak).toBe(1);
  });
});
