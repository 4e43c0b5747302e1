/**
 * Which random scenarios a kernel is given beyond the first ones of a series: by the model's own simulations, those in which rules
 * decide that have decided seldom so far, and those whose ending or events a changed rule would alter.
 *
 * @module
 */
import { compareRecording, generateScenario } from "../../../src/core/compare/kernel/index.ts";
import { type KernelRules, simulate, withRules } from "../../../src/core/model/index.ts";
import type { Scenario } from "../../../src/core/scenario/index.ts";
import { type Answers, answersOf } from "./answers.ts";
import { mutantsFor } from "./teeth.ts";

/** So often each rule should decide, and so often not, by the simulations: a real machine is late here and there, and another rule decides. */
const WANTED_ANSWERS = 32;
const WANTED_CATCHERS = 2;
/** How many scenarios of the series are looked through. */
const LOOKED_THROUGH = 2500;

/** A series of random scenarios, of which the first ones are run anyway. */
export interface KnownSeries {
  readonly seed: number;
  readonly first: number;
  /** How many are looked through; 2500 if left out. */
  readonly among?: number;
}

interface Candidate {
  readonly place: number;
  readonly scenario: Scenario;
  readonly answers: Answers;
}

/** The places in the series of a seed, beyond the first ones, that are worth a run. */
export function chooseScenarios(
  rules: KernelRules,
  { seed, first, among = LOOKED_THROUGH }: KnownSeries,
): number[] {
  const all = Array.from({ length: Math.max(among, first) }, (_, place) => candidateOf(seed, place, rules));
  const [taken, rest] = [all.slice(0, first), all.slice(first)];
  const forRules = chosenForRules(taken, rest);
  const forMutants = chosenForMutants(rules, [...taken, ...forRules], rest);
  return [...new Set([...forRules, ...forMutants])].map(({ place }) => place).sort((a, b) => a - b);
}

function candidateOf(seed: number, place: number, rules: KernelRules): Candidate {
  const scenario = generateScenario(seed, place);
  const { trace } = simulate(scenario, { rules });
  return { place, scenario, answers: answersOf({ scenario, trace }, rules) };
}

/** Takes the scenario with the most answers that are still wanted, until none are, or none can be had. */
function chosenForRules(taken: readonly Candidate[], rest: readonly Candidate[]): Candidate[] {
  const wanted = new Map(answerCounts(taken[0]).map(([name]) => [name, WANTED_ANSWERS]));
  const take = (one: Candidate) => {
    for (const [name, count] of answerCounts(one)) wanted.set(name, (wanted.get(name) ?? 0) - count);
  };
  const gainOf = (one: Candidate) =>
    answerCounts(one).reduce(
      (sum, [name, count]) => sum + Math.max(0, Math.min(wanted.get(name) ?? 0, count)),
      0,
    );
  taken.forEach(take);
  const chosen: Candidate[] = [];
  const left = new Set(rest);
  for (;;) {
    const gains = [...left].map((one) => ({ one, gain: gainOf(one) }));
    const best = gains.reduce((a, b) => (b.gain > a.gain ? b : a), gains[0] ?? { one: null, gain: 0 });
    if (best.one === null || best.gain === 0) return chosen;
    chosen.push(best.one);
    left.delete(best.one);
    take(best.one);
  }
}

/** Both directions of each rule, as one list. */
function answerCounts(candidate: Candidate | undefined): [string, number][] {
  const { decided = {}, otherWay = {} } = candidate?.answers ?? {};
  const others = Object.entries(otherWay).map(([rule, count]): [string, number] => [`not ${rule}`, count]);
  return [...Object.entries(decided), ...others];
}

/** For each changed rule that those taken show seldom, scenarios whose simulation it does not explain. */
function chosenForMutants(
  rules: KernelRules,
  taken: readonly Candidate[],
  rest: readonly Candidate[],
): Candidate[] {
  return mutantsFor(rules).flatMap(({ change }) => {
    const mutant = withRules(rules, change);
    const catches = ({ scenario }: Candidate) =>
      compareRecording(scenario, simulate(scenario, { rules }).trace, mutant).mismatch !== null;
    const missing = WANTED_CATCHERS - firstOf(taken, catches, WANTED_CATCHERS).length;
    return firstOf(rest, catches, missing);
  });
}

/** The first so many that fit; the others are not looked at. */
function firstOf<T>(all: readonly T[], fits: (one: T) => boolean, most: number): T[] {
  const found: T[] = [];
  for (const one of all) {
    if (found.length >= most) break;
    if (fits(one)) found.push(one);
  }
  return found;
}
