/**
 * Whether the hypothesis "the accept queue was full" survives what a listener refused, and with which limit.
 *
 * @module
 */
import type { Fit, Room } from "./fit.ts";
import { GroupFit } from "./group-fit.ts";
import { type Doubt, QueueFit } from "./queue-fit.ts";
import type { QueueLog } from "./queue-log.ts";
import { countUpTo } from "./sorted.ts";
import { straysUpTo } from "./strays.ts";
import { type Looks, passesOf, weighGroup, weighQueue } from "./weighing.ts";

/** From ten times as likely on, something is likely. */
export const LIKELY: number = Math.log(10);
/** A kernel before 4.10 and several queues behind a port are the less likely case: so much must speak for it. */
const RARE_WEIGHT = Math.log(20);

/**
 * What became of the hypothesis. Where only SYNs were refused and a full SYN queue explains most of them more plainly, nothing is said of
 * the accept queue.
 */
export interface QueueVerdict {
  readonly fit: Fit;
  /** SYNs and final packets that were refused, and those of them that no limit allows. */
  readonly refusals: number;
  readonly contradicted: number;
  /** SYNs that a full SYN queue explains more plainly: more requests were half open than can have stood in the accept queue. */
  readonly bySynQueue: number;
  /** How many times likelier all of it is with a full queue than by chance, as a natural logarithm. */
  readonly weight: number;
  /** The largest limit that explains what can be explained; Infinity where the capture does not tell, NaN without any. */
  readonly atMost: number;
  /** When the fewest can have stood there; NaN without any. And whether all of them did stand there, but for who had been accepted. */
  readonly leastAt: number;
  readonly isCertain: boolean;
  /** How many connections the server was answering then, and how many it ever was. */
  readonly servingAtLeast: number;
  readonly mostServing: number;
}

/** A limit of 0 is rare, and who comes while one connection is served proves little: there nothing may speak against it. */
export function isCredible({ atMost, contradicted }: QueueVerdict): boolean {
  return atMost >= 1 || contradicted === 0;
}

/**
 * Holds the hypothesis against the log, for one queue of a kernel since 4.10, for one of a kernel before, and for several queues, and
 * takes what explains more.
 */
export function judgeQueue(log: QueueLog, doubt: Omit<Doubt, "answersWhileFull">): QueueVerdict {
  const newer = judgeAs(log, new QueueFit(log, { ...doubt, answersWhileFull: false }), weighQueue);
  if (log.isCalm || (newer.weight >= LIKELY && newer.contradicted === 0)) return newer;
  const rare = [judgeAs(log, new GroupFit(log, newer.fit, doubt), weighGroup)];
  if (newer.weight < LIKELY && log.refusedFinals.length > 0) {
    rare.push(judgeAs(log, new QueueFit(log, { ...doubt, answersWhileFull: true }), weighQueue));
  }
  const needed = Math.max(LIKELY, newer.weight) + RARE_WEIGHT;
  return rare.reduce(
    (best, one) => (one.weight >= needed && (best === newer || one.weight > best.weight) ? one : best),
    newer,
  );
}

/** A verdict together with that on an earlier part of the log, which has been forgotten since. */
export function withPast(now: QueueVerdict, past: QueueVerdict): QueueVerdict {
  const isPastLeast = !(now.atMost <= past.atMost);
  return {
    ...(isPastLeast ? { ...past, fit: now.fit } : now),
    refusals: now.refusals + past.refusals,
    contradicted: now.contradicted + past.contradicted,
    bySynQueue: now.bySynQueue + past.bySynQueue,
    weight: now.weight + past.weight,
  };
}

type Weigh = (log: QueueLog, fit: Fit, looks: Looks) => number;

function judgeAs(log: QueueLog, fit: Fit, weighs: Weigh): QueueVerdict {
  const syns = lookAt(fit, log.refusedSyns.view());
  const finals = lookAt(fit, log.refusedFinals.view());
  const bySynQueue = new Set(syns.filter(({ at }) => fit.isSynQueuePlainer(at)));
  // What only a full SYN queue explains says nothing of the accept queue.
  const moments = [...syns.filter((one) => !(one.isContradicted && bySynQueue.has(one))), ...finals];
  const isSynQueue = finals.length === 0 && bySynQueue.size > syns.length / 2;
  const contradicted = moments.filter(({ isContradicted }) => isContradicted).length;
  const isWeighed = moments.length > 0 && !isSynQueue;
  const passes = isWeighed || contradicted > 0 ? passesOf(log, fit) : [];
  const strays = straysUpTo(contradicted, passes);
  const bound = boundBy(fit, syns, finals, strays);
  return {
    fit,
    refusals: moments.length,
    contradicted,
    bySynQueue: bySynQueue.size,
    weight: isWeighed ? weighs(log, fit, { refusals: moments, passes }) : 0,
    ...bound,
    servingAtLeast: servingAt(log, bound.leastAt),
    mostServing: mostServing(log),
  };
}

function servingAt(log: QueueLog, moment: number): number {
  return countUpTo(log.spoke.sorted(), moment) - countUpTo(log.ended.sorted(), moment);
}

function mostServing(log: QueueLog): number {
  const [spoke, ended] = [log.spoke.sorted(), log.ended.sorted()];
  return spoke.reduce((most, at, place) => Math.max(most, place + 1 - countUpTo(ended, at)), 0);
}

interface Moment extends Room {
  readonly at: number;
}

function lookAt(fit: Fit, times: Float64Array): Moment[] {
  return Array.from(times, (at) => ({ at, ...fit.at(at) }));
}

/**
 * The largest limit that explains what can be explained. A SYN may have met a full SYN queue instead. And beside each refusal that no
 * limit allows stands one by chance that a limit allows, or more where packets pass at low levels more often: as many of the lowest do not count.
 */
function boundBy(
  fit: Fit,
  syns: readonly Moment[],
  finals: readonly Moment[],
  strays: (level: number) => number,
): Pick<QueueVerdict, "atMost" | "leastAt" | "isCertain"> {
  const bySyns = syns.map((one) => {
    const inSynQueue = fit.synQueueLimitAt(one.at) + 1;
    return one.most >= inSynQueue ? one : { ...one, most: inSynQueue, isCertain: false };
  });
  const allowed = [...bySyns, ...finals].filter(({ isContradicted }) => !isContradicted);
  const ascending = allowed.toSorted((a, b) => (a.most === b.most ? 0 : a.most - b.most));
  const least = ascending.find((one, place) => place >= strays(one.most)) ?? ascending.at(-1);
  const isCertain = least?.isCertain ?? false;
  return { atMost: (least?.most ?? Number.NaN) - 1, leastAt: least?.at ?? Number.NaN, isCertain };
}
