/**
 * A listener's load from a recording: one sample a second or so, with the peak between them. How long the server stood still is
 * not in it, but how many came meanwhile is: the peak. At the rate of that time they take so long to come, and a queue that
 * stood full stood still for as long as it was full besides.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { ListenerSample, Sample } from "../../listener/sample/sample.ts";
import type { Observation, SeenPause } from "./observation.ts";

interface Interval {
  readonly fromMs: number;
  readonly lastsMs: number;
  readonly came: number;
  readonly peak: number;
  /** It held somebody at every look. */
  readonly least: number;
  readonly fullMs: number;
  readonly limit: number;
  readonly drops: number;
}

/** The kernel's counter of completed handshakes. */
const OPENED = "PassiveOpens";
/** The rate that is planned for: intervals are seldom busier. */
const BUSY_SHARE = 0.99;

/** Collects one listener's intervals out of all samples. */
export class RecordingObserver {
  readonly #port: number | null;
  readonly #previous = new Map<
    string,
    { readonly listener: ListenerSample; readonly passiveOpens: number | null }
  >();
  readonly #intervals = new Map<number, Interval[]>();
  #beganMs: number | null = null;
  #lastMs = 0;

  /** @param port which listener's; null for the only one that had connections */
  constructor(port: number | null) {
    this.#port = port;
  }

  add(sample: Sample): void {
    const nowMs = Date.parse(sample.takenAt);
    this.#beganMs ??= nowMs;
    this.#lastMs = nowMs;
    for (const listener of sample.listeners) {
      const { port } = listener;
      if (port === null || (this.#port !== null && port !== this.#port)) continue;
      const space = sample.namespaces.find(({ inode }) => inode === listener.namespace);
      const passiveOpens = space?.counters[OPENED] ?? null;
      const before = this.#previous.get(listener.cookie);
      this.#previous.set(listener.cookie, { listener, passiveOpens });
      const list = this.#intervals.get(port) ?? [];
      this.#intervals.set(port, list);
      if (before === undefined) continue;
      const opens =
        passiveOpens === null || before.passiveOpens === null ? 0 : passiveOpens - before.passiveOpens;
      list.push(
        intervalOf(
          listener,
          before.listener,
          opens,
          nowMs - sample.intervalMs - (this.#beganMs ?? 0),
          sample.intervalMs,
        ),
      );
    }
  }

  /** @throws {UsageError} for an empty recording, one without this listener, or several without a port */
  conclude(folder: string): Observation {
    if (this.#beganMs === null)
      throw new UsageError(`${folder} holds no sample: there is nothing to plan from`);
    const port = this.#port ?? this.#onlyBusyPort(folder);
    const intervals = this.#intervals.get(port);
    if (intervals === undefined) throw new UsageError(`${folder} has no TCP listener on port ${port}`);
    if (intervals.length === 0)
      throw new UsageError(`${folder} has one sample of port ${port}: at least two are needed to see a rate`);
    const rate = busyRate(intervals);
    return {
      source: `port ${port} in ${folder}`,
      seenMs: this.#lastMs - this.#beganMs,
      ratePerSecond: rate,
      pauses: rate > 0 ? pausesOf(intervals, rate) : [],
      longestQueue: Math.max(...intervals.map(({ peak }) => peak)),
      limit: intervals.at(-1)?.limit ?? null,
      refused: intervals.reduce((sum, { drops }) => sum + drops, 0),
      notes: [
        "The rate is that of the busiest intervals (99 of 100 are not busier), by the namespace's PassiveOpens: other listeners' connections are in it too.",
        "A recording has the longest queue of each interval, not the pauses: a pause is as long as that queue takes to fill at this rate, and as long as it stood full.",
      ],
    };
  }

  #onlyBusyPort(folder: string): number {
    const busy = [...this.#intervals].filter(([, list]) =>
      list.some(({ peak, came }) => peak > 0 && came > 0),
    );
    const [only, another] = busy;
    if (only === undefined)
      throw new UsageError(`${folder}: nobody waited at any listener; name one with --port`);
    if (another === undefined) return only[0];
    const ports = busy.map(([port]) => port).join(", ");
    throw new UsageError(
      `${folder} has several listeners at which somebody waited, on ports ${ports}: name one with --port`,
    );
  }
}

function intervalOf(
  now: ListenerSample,
  before: ListenerSample,
  passiveOpens: number,
  fromMs: number,
  lastsMs: number,
): Interval {
  const taken = Math.max(0, now.takenSeen - before.takenSeen);
  const grown = Math.max(0, now.acceptQueue.length - before.acceptQueue.length);
  const drops = Math.max(0, now.dropsSinceStart - before.dropsSinceStart);
  return {
    fromMs,
    lastsMs,
    came: Math.max(taken + grown, passiveOpens) + drops,
    peak: now.intervalPeak,
    least: now.intervalLeast,
    fullMs: Math.max(0, now.fullMs - before.fullMs),
    limit: now.acceptQueue.limit,
    drops,
  };
}

function busyRate(intervals: readonly Interval[]): number {
  const rates = intervals
    .filter(({ lastsMs }) => lastsMs > 0)
    .map(({ came, lastsMs }) => (came * 1000) / lastsMs)
    .sort((a, b) => a - b);
  return rates[Math.min(rates.length - 1, Math.floor(rates.length * BUSY_SHARE))] ?? 0;
}

/** A peak of a few may be chance arrivals between two accepts. */
const LEAST_PEAK = 3;

function pausesOf(intervals: readonly Interval[], rate: number): SeenPause[] {
  return intervals.flatMap(({ fromMs, peak, fullMs }) =>
    peak < LEAST_PEAK ? [] : [{ fromMs, lastsMs: (peak * 1000) / rate + fullMs }],
  );
}
