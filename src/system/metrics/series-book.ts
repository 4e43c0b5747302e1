/**
 * From reading to reading: which series there are, what they show, and their counters. The bound on label cardinality is kept
 * here. No clock and no kernel: readings come in, series come out.
 *
 * @module
 */
import { type Candidate, chooseSeries } from "./choose-series.ts";
import type { ListenerLabels, ListenerReading } from "./reading.ts";
import {
  FOLDED_LABELS,
  hasSigns,
  highestBound,
  type Series,
  seriesKey,
  sumSynQueues,
  worstOf,
} from "./series.ts";
import { type KnownTotals, SeriesTotals } from "./series-totals.ts";

type RememberedCandidate = { -readonly [Name in keyof Candidate]: Candidate[Name] };
type Group = [ListenerReading, ...ListenerReading[]];

/** All series now. */
export interface SeriesPage {
  readonly series: readonly Series[];
  /** Listening sockets in all. */
  readonly sockets: number;
  /** Sets of labels that have no series of their own. */
  readonly folded: number;
}

/** The memory between readings. */
export class SeriesBook {
  readonly #most: number;
  readonly #known = new Map<string, KnownTotals>();
  #totals = new Map<string, SeriesTotals>();
  readonly #candidates = new Map<string, RememberedCandidate>();
  #nextOrder = 0;

  /** @param most series of listeners at once; all others are folded into one more */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a reading in. */
  update(readings: readonly ListenerReading[]): SeriesPage {
    const groups = groupBy(readings, ({ labels }) => seriesKey(labels));
    const chosen = this.#choose(groups);
    const isAllShown = chosen.size === groups.size;
    const shown = isAllShown ? groups : groupBy(readings, ({ labels }) => keyAmong(chosen, labels));
    const totals = new Map<string, SeriesTotals>();
    const series = [...shown].map(([key, group]) => {
      const known = this.#totals.get(key);
      const own = known ?? new SeriesTotals();
      // A listener's own series begins with all that its sockets counted, whatever series they had before: it is the kernel's.
      const isOwnAndNew = known === undefined && chosen.has(key);
      own.add(group, (reading) => (isOwnAndNew ? null : (this.#known.get(reading.id) ?? null)));
      totals.set(key, own);
      return describeSeries(chosen.has(key) ? group[0].labels : FOLDED_LABELS, group, own);
    });
    this.#totals = totals;
    this.#remember(readings);
    return { series, sockets: readings.length, folded: groups.size - chosen.size };
  }

  #choose(groups: ReadonlyMap<string, Group>): Set<string> {
    for (const key of this.#candidates.keys()) if (!groups.has(key)) this.#candidates.delete(key);
    for (const [key, group] of groups) {
      const known = this.#candidates.get(key);
      const order = known?.order ?? this.#nextOrder++;
      const candidate = known ?? { key, hasSigns: false, isChosen: false, order };
      candidate.hasSigns ||= group.some(hasSigns);
      if (known === undefined) this.#candidates.set(key, candidate);
    }
    const candidates = [...this.#candidates.values()];
    const chosen = chooseSeries(candidates, this.#most);
    for (const candidate of candidates) candidate.isChosen = chosen.has(candidate.key);
    return chosen;
  }

  /** Sockets that are gone are forgotten: their ids do not come again. */
  #remember(readings: readonly ListenerReading[]): void {
    this.#known.clear();
    for (const { id, fullMs, takenSeen, drops, kernelRefused } of readings)
      this.#known.set(id, { fullMs, takenSeen, drops, kernelRefused });
  }
}

const FOLDED_KEY = seriesKey(FOLDED_LABELS);

function keyAmong(chosen: ReadonlySet<string>, labels: ListenerLabels): string {
  const key = seriesKey(labels);
  return chosen.has(key) ? key : FOLDED_KEY;
}

function describeSeries(labels: ListenerLabels, group: Group, totals: SeriesTotals): Series {
  const { length, limit, capacity, peak } = worstOf(group);
  return {
    labels,
    sockets: group.length,
    length,
    limit,
    capacity,
    peak,
    peakAtMost: highestBound(group),
    synQueueLength: sumSynQueues(group),
    fullSeconds: totals.fullSeconds,
    taken: totals.taken,
    kernelRefused: group.every(({ kernelRefused }) => kernelRefused === null) ? null : totals.kernelRefused,
    drops: totals.drops,
  };
}

function groupBy(
  readings: readonly ListenerReading[],
  keyOf: (reading: ListenerReading) => string,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const reading of readings) {
    const key = keyOf(reading);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reading]);
    else group.push(reading);
  }
  return groups;
}
