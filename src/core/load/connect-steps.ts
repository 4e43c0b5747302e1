/**
 * Connect times, with the steps in them: every SYN that was sent again costs the wait until then.
 *
 * @module
 */
import type { LoadRequest } from "./load-facts.ts";

/** Connections whose kernel sent the SYN again equally often. */
export interface ConnectStep {
  readonly synResends: number;
  /** When this kernel sends that SYN, in milliseconds since connect(); 0 for none, null beyond its ladder. */
  readonly expectedMs: number | null;
  readonly connected: number;
  /** Those that did not connect although this many SYNs were sent again. */
  readonly failed: number;
  /** Of those that connected: from connect() to connected, in milliseconds; null where none did. */
  readonly leastMs: number | null;
  readonly mostMs: number | null;
}

/** The steps that occur, fewest resends first. */
export function connectSteps(requests: readonly LoadRequest[], ladderMs: readonly number[]): ConnectStep[] {
  const byResends = new Map<number, LoadRequest[]>();
  for (const request of requests) {
    if (request.synResends === null) continue;
    const step = byResends.get(request.synResends);
    if (step === undefined) byResends.set(request.synResends, [request]);
    else step.push(request);
  }
  return [...byResends]
    .sort(([a], [b]) => a - b)
    .map(([synResends, members]) => {
      const times = Float64Array.from(members.flatMap(({ connectMs }) => connectMs ?? [])).sort();
      return {
        synResends,
        expectedMs: synResends === 0 ? 0 : (ladderMs[synResends - 1] ?? null),
        connected: times.length,
        failed: members.length - times.length,
        leastMs: times[0] ?? null,
        mostMs: times.at(-1) ?? null,
      };
    });
}

/** A part of the histogram: connections whose time lies from `fromMs` on and below `untilMs`. */
export interface Bin {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly count: number;
  /** Which resends (1 for the first) fall into this part by the ladder. */
  readonly resends: readonly number[];
}

const FIRST_EDGE_MS = 0.1;
const EDGES_A_DECADE = [1, 2, 5];

/**
 * Times as a histogram, from the first occupied part to the last. Parts grow (1, 2, 5, 10 …), and each step of the ladder begins
 * one of its own.
 */
export function histogramOf(timesMs: readonly number[], ladderMs: readonly number[]): Bin[] {
  const edges = edgesUpTo(
    timesMs.reduce((most, ms) => Math.max(most, ms), 0),
    ladderMs,
  );
  const bins = edges.slice(0, -1).map((fromMs, place) => {
    const untilMs = edges[place + 1] ?? Number.POSITIVE_INFINITY;
    const isIn = (ms: number): boolean => ms >= fromMs && ms < untilMs;
    const resends = ladderMs.flatMap((ms, step) => (isIn(ms) ? [step + 1] : []));
    return { fromMs, untilMs, count: timesMs.filter(isIn).length, resends };
  });
  const first = bins.findIndex(({ count }) => count > 0);
  return first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ count }) => count > 0) + 1);
}

function edgesUpTo(mostMs: number, ladderMs: readonly number[]): number[] {
  const edges = [0, ...ladderMs];
  for (let decade = FIRST_EDGE_MS; decade <= mostMs * 10; decade *= 10)
    edges.push(...EDGES_A_DECADE.map((step) => Number((decade * step).toPrecision(1))));
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  return sorted.slice(0, sorted.findIndex((edge) => edge > mostMs) + 1);
}
