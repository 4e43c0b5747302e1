/**
 * How many times likelier a listener's log is with a full queue than by chance, as a natural logarithm: what was refused is held
 * against what passed, by the weights that the hypothesis allows.
 *
 * @module
 */
import type { Column } from "./column.ts";
import type { Fit, Room } from "./fit.ts";
import type { QueueLog } from "./queue-log.ts";
import { contradictionWeight, levelWeight, orderWeight, returnWeight } from "./weights.ts";

/** So many passes are looked at, evenly; more tell nothing more. */
const MOST_PASSES = 4096;

/** What the hypothesis says of the moments at which packets passed, or of an even part of them. */
export function passesOf(log: QueueLog, fit: Fit): Room[] {
  return [...sample(log.first, 1, fit), ...(fit.answersWhileFull ? [] : sample(log.answered, 0, fit))];
}

/** Both kinds of moments, in what the hypothesis says of them. */
export interface Looks {
  readonly refusals: readonly Room[];
  readonly passes: readonly Room[];
}

/** By contradictions, order and level. */
export function weighQueue(log: QueueLog, fit: Fit, { refusals, passes }: Looks): number {
  const { answersWhileFull } = fit;
  const refused = answersWhileFull ? log.refusedFinals.sorted() : joined(log.refusedSyns, log.refusedFinals);
  const passed = answersWhileFull ? log.first.sorted() : joined(log.first, log.answered);
  return (
    contradictionWeight(countOf(refusals), countOf(passes)) +
    orderWeight(refused, passed) +
    levelWeight(levelsOf(refusals), levelsOf(passes))
  );
}

/** With several queues a pass says nothing of the one that was full; but who was refused by it comes back to it. */
export function weighGroup(log: QueueLog, _: Fit, { refusals, passes }: Looks): number {
  const again = { refused: log.refusedAgain, passed: log.passedAfterAll };
  const others = {
    refused: log.refusedSyns.length + log.refusedFinals.length - again.refused,
    passed: log.first.length + log.answered.length - again.passed,
  };
  return contradictionWeight(countOf(refusals), countOf(passes)) + returnWeight(again, others);
}

/** What the log tells of a part of the passes. */
function sample(column: Column, own: 0 | 1, fit: Fit): Room[] {
  const step = Math.ceil(column.length / MOST_PASSES) || 1;
  const some = column.view().filter((_, place) => place % step === 0);
  return Array.from(some, (at) => fit.at(at, own));
}

function countOf(rooms: readonly Room[]): { readonly count: number; readonly contradicted: number } {
  return { count: rooms.length, contradicted: rooms.filter((room) => room.isContradicted).length };
}

function levelsOf(rooms: readonly Room[]): Float64Array {
  return Float64Array.from(rooms, ({ most }) => most).sort();
}

function joined(one: Column, other: Column): Float64Array {
  const all = new Float64Array(one.length + other.length);
  all.set(one.view());
  all.set(other.view(), one.length);
  return all.sort();
}
