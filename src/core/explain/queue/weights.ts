/**
 * How much what was refused speaks for a full queue and against packets lost by chance: natural logarithms of how many times likelier
 * it is so, each from another side of the same refusals. Positive speaks for the queue.
 *
 * @module
 */
import { countBelow, countUpTo } from "./sorted.ts";

/** So large a share of refusals may seem impossible to a full queue: packets overtake each other, and some are lost beside it. */
const STRAY_SHARE = 0.05;

/**
 * Refusals that no limit allows are rare with a full queue; chance hits a moment at which none does as often as packets pass at one.
 *
 * @param passes how many packets passed, and of them at how many moments no limit would have allowed a refusal
 */
export function contradictionWeight(
  refusals: { readonly count: number; readonly contradicted: number },
  passes: { readonly count: number; readonly contradicted: number },
): number {
  const byChance = (passes.contradicted + 1) / (passes.count + 2);
  const chance = Math.min(1 - STRAY_SHARE, Math.max(STRAY_SHARE, byChance));
  const allowed = refusals.count - refusals.contradicted;
  return (
    refusals.contradicted * Math.log(STRAY_SHARE / chance) +
    allowed * Math.log((1 - STRAY_SHARE) / (1 - chance))
  );
}

/**
 * A full queue stays full until somebody is accepted, so refusals follow refusals; chance does not look back. Both lists are moments,
 * in ascending order.
 */
export function orderWeight(refused: Float64Array, passed: Float64Array): number {
  const total = refused.length + passed.length - 1;
  if (refused.length === 0 || passed.length === 0) return 0;
  const runs = countRuns(refused, passed);
  const endsRefused = (refused.at(-1) ?? 0) > (passed.at(-1) ?? 0) ? 1 : 0;
  const startsRefused = (refused[0] ?? 0) < (passed[0] ?? 0) ? 1 : 0;
  const intoRefused = runs - startsRefused;
  const outOfRefused = runs - endsRefused;
  const staysRefused = refused.length - runs;
  const staysPassed = total - intoRefused - outOfRefused - staysRefused;
  const byState = logChance(staysRefused, outOfRefused) + logChance(staysPassed, intoRefused);
  const byChance = logChance(staysRefused + intoRefused, staysPassed + outOfRefused);
  const hasMemory = staysRefused * total > (staysRefused + outOfRefused) * (staysRefused + intoRefused);
  return (hasMemory ? 1 : -1) * (byState - byChance);
}

/**
 * A queue refuses while many stand there, chance whoever comes: by the ranks of both kinds of moments (Mann and Whitney), each
 * given as how many can have stood there, in ascending order.
 */
export function levelWeight(atRefusals: Float64Array, atPasses: Float64Array): number {
  const [refusals, passes] = [atRefusals.length, atPasses.length];
  if (refusals === 0 || passes === 0) return 0;
  let above = 0;
  for (const level of atRefusals) {
    above += passes - (countBelow(atPasses, level) + countUpTo(atPasses, level)) / 2;
  }
  const spread = Math.sqrt((refusals + passes + 1) / (12 * refusals * passes));
  const deviation = (0.5 - above / (refusals * passes)) / spread;
  return (Math.sign(deviation) * deviation ** 2) / 2;
}

/** Packets that were refused, and that passed. */
export interface Tally {
  readonly refused: number;
  readonly passed: number;
}

/**
 * Which of several queues a client meets is settled by its address and port, so one that was refused is refused again, whoever else
 * passes meanwhile. Chance does not know who comes.
 *
 * @param again packets of clients that had been refused before
 */
export function returnWeight(again: Tally, others: Tally): number {
  const all = { refused: again.refused + others.refused, passed: again.passed + others.passed };
  const apart = logChance(again.refused, again.passed) + logChance(others.refused, others.passed);
  const isTied = again.refused * others.passed > others.refused * again.passed;
  return (isTied ? 1 : -1) * (apart - logChance(all.refused, all.passed));
}

function countRuns(refused: Float64Array, passed: Float64Array): number {
  let [runs, before] = [0, -1];
  for (const at of refused) {
    const place = countUpTo(passed, at);
    if (place !== before) runs += 1;
    before = place;
  }
  return runs;
}

/** The logarithm of how likely two counts are, at the share that makes them likeliest. */
function logChance(one: number, other: number): number {
  const part = (count: number): number => (count > 0 ? count * Math.log(count / (one + other)) : 0);
  return part(one) + part(other);
}
