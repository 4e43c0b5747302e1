/**
 * How many of the refusals that a limit allows are by chance. A full queue refuses nobody at a moment at which no limit allows it, so what
 * was refused then tells how much is lost; the same share of what passed at a moment is lost at the others.
 *
 * @module
 */
import type { Room } from "./fit.ts";
import { countUpTo } from "./sorted.ts";

/** Loss comes in bursts: so many times more may have been lost than expected. */
const SLACK = 2;

/**
 * Up to a level, how many refusals are not to be counted.
 *
 * @param contradicted how many refusals no limit allows
 * @param passes what the hypothesis says of the moments at which packets passed
 */
export function straysUpTo(contradicted: number, passes: readonly Room[]): (level: number) => number {
  if (contradicted === 0) return () => 0;
  const [empty, others] = [
    passes.filter((one) => one.isContradicted),
    passes.filter((one) => !one.isContradicted),
  ];
  const levels = Float64Array.from(others, ({ most }) => most).sort();
  const lostShare = contradicted / (empty.length + contradicted);
  return (level) => Math.max(contradicted, Math.ceil(SLACK * lostShare * countUpTo(levels, level)));
}
