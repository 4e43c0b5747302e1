/**
 * A run second by second: what the clients met, beside the server's queues on the same axis.
 *
 * @module
 */
import type { LoadRun } from "./load-facts.ts";

/** One piece of a run. */
export interface CoursePiece {
  readonly fromMs: number;
  readonly opened: number;
  readonly connected: number;
  /** Of the connections that were opened in this piece: SYNs sent again for them. */
  readonly synResends: number;
  /** Failed in this piece, whatever the cause. */
  readonly failed: number;
  /** The longest that the accept queue was seen; null without samples here. */
  readonly acceptQueue: number | null;
  readonly synQueue: number | null;
  readonly limit: number | null;
  /** By how much the listeners' drop counters rose; null without samples here. */
  readonly drops: number | null;
}

const MOST_PIECES = 30;
const NICE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

/** Pieces of equal length, at most 30, none shorter than a second. */
export function courseOf({ durationMs, requests, server }: LoadRun): CoursePiece[] {
  const pieceMs = pieceLength(durationMs);
  const count = Math.max(1, Math.ceil(durationMs / pieceMs));
  const place = (ms: number): number => Math.min(count - 1, Math.max(0, Math.floor(ms / pieceMs)));
  const pieces = Array.from({ length: count }, () => ({ opened: 0, connected: 0, synResends: 0, failed: 0 }));
  const add = (ms: number, name: keyof (typeof pieces)[number], value = 1): void => {
    const piece = pieces[place(ms)];
    if (piece !== undefined) piece[name] += value;
  };
  for (const { at, connectMs, totalMs, failure, synResends } of requests) {
    add(at, "opened");
    add(at, "synResends", synResends ?? 0);
    if (connectMs !== null) add(at + connectMs, "connected");
    if (failure !== null) add(at + (totalMs ?? 0), "failed");
  }
  return pieces.map((piece, at) => ({
    fromMs: at * pieceMs,
    ...piece,
    ...queuesIn(server?.samples.filter((sample) => place(sample.at) === at) ?? [], before(server, at)),
  }));
  function before(course: LoadRun["server"], at: number): number {
    return course?.samples.findLast((sample) => place(sample.at) < at)?.drops ?? 0;
  }
}

function pieceLength(durationMs: number): number {
  const least = durationMs / 1000 / MOST_PIECES;
  return (NICE_SECONDS.find((seconds) => seconds >= least) ?? Math.ceil(least)) * 1000;
}

type Samples = NonNullable<LoadRun["server"]>["samples"];

function queuesIn(
  samples: Samples,
  dropsBefore: number,
): Pick<CoursePiece, "acceptQueue" | "synQueue" | "limit" | "drops"> {
  const last = samples.at(-1);
  if (last === undefined) return { acceptQueue: null, synQueue: null, limit: null, drops: null };
  const longest = (name: "acceptQueue" | "synQueue"): number =>
    samples.reduce((most, sample) => Math.max(most, sample[name]), 0);
  return {
    acceptQueue: longest("acceptQueue"),
    synQueue: longest("synQueue"),
    limit: last.limit,
    drops: last.drops - dropsBefore,
  };
}
