/**
 * From the rise of a namespace's counters and of its listeners' drops to who lost what, and why. Pure. The kernel keeps
 * causes per namespace and one sum per listener, so a cause is a listener's where its counter alone moved, or where the counters
 * leave no other division.
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

/** How far one listener's raw counter rose. */
export interface RawRise {
  readonly key: number;
  readonly raw: number;
}

/** What is known of an interval between two moments. */
export interface DropInterval {
  readonly counters: RefusalCounters;
  /** Only listeners whose counter rose. */
  readonly rises: readonly RawRise[];
  /** False if the counters were not read at one moment with the drops, or a listener closed: nothing is certain then. */
  readonly isClosed: boolean;
}

/** A listener's share of an interval. */
export interface Attribution {
  readonly rise: DropRise;
  /** Refused packets by cause; empty unless certain. */
  readonly refusedBy: Readonly<Partial<Record<DropCause, number>>>;
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

/** Who lost what in an interval, by listener. */
export function attribute(interval: DropInterval): Map<number, Attribution> {
  const byCause = refusedByCause(interval.counters);
  const candidates = DROP_CAUSES.filter((cause) => byCause[cause] > 0);
  const rawSum = interval.rises.reduce((sum, { raw }) => sum + raw, 0);
  const isAlone = interval.rises.length === 1 && interval.counters.listenDrops <= rawSum;
  const exact = interval.isClosed && (isAlone || isAllOrNothing(interval.counters, rawSum));
  const attributions = interval.rises.map(({ key, raw }): [number, Attribution] => {
    const cause = exact && candidates.length === 1 ? (candidates[0] ?? null) : null;
    const share = Math.round((interval.counters.listenDrops * raw) / rawSum);
    const refused = { value: Math.min(share, raw), exact };
    const rise = { raw, refused, cause, candidates: cause === null ? candidates : [] };
    const ofCause = cause === null ? {} : { [cause]: refused.value };
    return [key, { rise, refusedBy: exact && isAlone ? byCause : ofCause }];
  });
  return new Map(attributions);
}

/**
 * A raw counter rises at least once for each refusal. So where all of them together rose by exactly as many as were refused,
 * each rose by its own refusals and by nothing else; and where nothing was refused, all were packets that requests ate.
 *
 * @kernel include/net/tcp.h tcp_listendrop() v6.18
 */
function isAllOrNothing({ listenDrops }: RefusalCounters, rawSum: number): boolean {
  return listenDrops === 0 || listenDrops === rawSum;
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

/** ListenDrops counts all refusals, so what the other two do not explain is something else. */
function refusedByCause(rise: RefusalCounters): Record<DropCause, number> {
  return {
    "accept-queue-full": rise.listenOverflows,
    "syn-queue-full": rise.reqQFullDrops,
    other: Math.max(0, rise.listenDrops - rise.listenOverflows - rise.reqQFullDrops),
  };
}
