/**
 * From the rise of a namespace's counters and of its listeners' drops to who lost what, and why. Pure. The kernel keeps
 * causes per namespace and one sum per listener, so a number is a listener's where its counter alone moved, or where the counters
 * leave no other division; a cause is every listener's where it is the only one.
 *
 * @module
 */
import { DROP_CAUSES, type DropCause, type DropRise } from "../sample/sample.ts";

/** The counters of a namespace that count refused packets. */
export interface RefusalCounters {
  /** SYNs and final ACKs that met a full accept queue. */
  readonly listenOverflows: number;
  /** SYNs that met a full SYN queue with cookies off. */
  readonly reqQFullDrops: number;
  /** Every packet that a listener refused, whatever the cause. */
  readonly listenDrops: number;
}

/** Nothing was refused. */
export const NO_REFUSALS: RefusalCounters = { listenOverflows: 0, reqQFullDrops: 0, listenDrops: 0 };

/** How far one listener's raw counter rose. */
export interface RawRise {
  readonly key: number;
  readonly raw: number;
  /** Whether a look in that interval saw its accept queue at capacity. */
  readonly sawFull: boolean;
}

/** What is known of an interval between two moments. */
export interface DropInterval {
  /** Rises of the counters. They were read after the drops, so each refusal that is in the drops is in them too. */
  readonly counters: RefusalCounters;
  /** Only listeners whose counter rose. */
  readonly rises: readonly RawRise[];
  /** Whether others may have refused some of it: one closed, or its drops moved between the two readings. */
  readonly othersMoved: boolean;
  /** Whether drops and counters are of one moment: no drop counter moved between the two readings. */
  readonly isOneMoment: boolean;
}

/** A listener's share of an interval. */
export interface Attribution {
  readonly rise: DropRise;
  /** Refused packets by cause; empty where more than one cause is possible. */
  readonly refusedBy: Readonly<Partial<Record<DropCause, number>>>;
}

/** Who lost what in an interval. */
export interface Division {
  /** By listener. */
  readonly shares: ReadonlyMap<number, Attribution>;
  /** What the counters have beyond the drops: refusals between the two readings, or those of a listener that closed. */
  readonly rest: RefusalCounters;
}

/** The three counters by the kernel's names; one that this kernel has not is 0. */
export function refusalCounters(counters: Readonly<Record<string, number | null>>): RefusalCounters {
  return {
    listenOverflows: counters["ListenOverflows"] ?? 0,
    reqQFullDrops: counters["TCPReqQFullDrop"] ?? 0,
    listenDrops: counters["ListenDrops"] ?? 0,
  };
}

/** How far counters rose. */
export function riseOf(before: RefusalCounters, after: RefusalCounters): RefusalCounters {
  return {
    listenOverflows: Math.max(0, after.listenOverflows - before.listenOverflows),
    reqQFullDrops: Math.max(0, after.reqQFullDrops - before.reqQFullDrops),
    listenDrops: Math.max(0, after.listenDrops - before.listenDrops),
  };
}

/** The sum of two rises. */
export function addRises(one: RefusalCounters, other: RefusalCounters): RefusalCounters {
  return {
    listenOverflows: one.listenOverflows + other.listenOverflows,
    reqQFullDrops: one.reqQFullDrops + other.reqQFullDrops,
    listenDrops: one.listenDrops + other.listenDrops,
  };
}

/**
 * Divides what the namespace refused among the listeners whose drops rose, by how much they rose. The number is exact where one
 * listener alone moved, or where the counters leave no other division. Where the counters have one cause only, it is that of each
 * listener that surely refused something, however the number is divided.
 */
export function attribute(interval: DropInterval): Division {
  const { counters, rises } = interval;
  const rawSum = rises.reduce((sum, { raw }) => sum + raw, 0);
  const given = Math.min(counters.listenDrops, rawSum);
  const rest = restOf(counters, given);
  const byCause = refusedByCause(minus(counters, rest));
  const candidates = DROP_CAUSES.filter((cause) => byCause[cause] > 0);
  const [only = null, ...more] = candidates;
  const isAlone = rises.length === 1 && isOnlyTheirs(interval, rest);
  const exact = isAlone || counters.listenDrops === 0 || isOneToOne(interval, rawSum);
  const values = divide(given, rises, rawSum);
  const shares = rises.map((one, place): [number, Attribution] => {
    const refused = { value: values[place] ?? 0, exact };
    const isSure = exact || hasRefused(one, interval, rawSum);
    const cause = more.length === 0 && isSure ? only : null;
    const rise = { raw: one.raw, refused, cause, candidates: cause === null ? candidates : [] };
    const ofCause = cause === null ? {} : { [cause]: refused.value };
    return [one.key, { rise, refusedBy: isAlone ? byCause : ofCause }];
  });
  return { shares: new Map(shares), rest };
}

/** Whether nobody else can have refused any of it. What is left over is theirs too if their drops moved on meanwhile. */
function isOnlyTheirs({ othersMoved, isOneMoment }: DropInterval, rest: RefusalCounters): boolean {
  return !othersMoved && (rest.listenDrops === 0 || !isOneMoment);
}

/**
 * Whether a listener refused something: the others' drops do not explain all of it, or its accept queue stood full while
 * packets were refused for that.
 */
function hasRefused(
  { raw, sawFull }: RawRise,
  { counters, othersMoved }: DropInterval,
  rawSum: number,
): boolean {
  if (othersMoved) return false;
  return counters.listenDrops > rawSum - raw || (sawFull && counters.listenOverflows > 0);
}

/**
 * A raw counter rises at least once for each refusal. So where all of them together rose by exactly as many as were refused,
 * each rose by its own refusals and by nothing else.
 *
 * @kernel include/net/tcp.h tcp_listendrop() v6.18
 */
function isOneToOne({ counters, isOneMoment, othersMoved }: DropInterval, rawSum: number): boolean {
  return isOneMoment && !othersMoved && counters.listenDrops === rawSum;
}

/** Whole numbers in proportion to the drops, which add up; no share is larger than its drops. */
function divide(given: number, rises: readonly RawRise[], rawSum: number): number[] {
  let rawSoFar = 0;
  let givenSoFar = 0;
  return rises.map(({ raw }) => {
    rawSoFar += raw;
    const upTo = rawSum === 0 ? 0 : Math.round((given * rawSoFar) / rawSum);
    const share = upTo - givenSoFar;
    givenSoFar = upTo;
    return share;
  });
}

function minus(one: RefusalCounters, other: RefusalCounters): RefusalCounters {
  return {
    listenOverflows: one.listenOverflows - other.listenOverflows,
    reqQFullDrops: one.reqQFullDrops - other.reqQFullDrops,
    listenDrops: one.listenDrops - other.listenDrops,
  };
}

function restOf(counters: RefusalCounters, given: number): RefusalCounters {
  const left = counters.listenDrops - given;
  if (left <= 0) return NO_REFUSALS;
  const part = (count: number): number => Math.round((count * left) / counters.listenDrops);
  return {
    listenOverflows: part(counters.listenOverflows),
    reqQFullDrops: part(counters.reqQFullDrops),
    listenDrops: left,
  };
}

/** Two rises of one listener, one after the other, as one. */
export function joinRises(first: DropRise | null, second: DropRise): DropRise {
  if (first === null) return second;
  const cause = first.cause === second.cause ? first.cause : null;
  const all = [first, second].flatMap((rise) => (rise.cause === null ? rise.candidates : [rise.cause]));
  return {
    raw: first.raw + second.raw,
    refused: {
      value: first.refused.value + second.refused.value,
      exact: first.refused.exact && second.refused.exact,
    },
    cause,
    candidates: cause === null ? DROP_CAUSES.filter((candidate) => all.includes(candidate)) : [],
  };
}

/** Refusals by cause. ListenDrops counts all of them, so what the other two do not explain is something else. */
export function refusedByCause(rise: RefusalCounters): Record<DropCause, number> {
  return {
    "accept-queue-full": rise.listenOverflows,
    "syn-queue-full": rise.reqQFullDrops,
    other: Math.max(0, rise.listenDrops - rise.listenOverflows - rise.reqQFullDrops),
  };
}
