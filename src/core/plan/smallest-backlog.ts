/**
 * The smallest backlog at which enough connections meet no refusal, by trying backlogs on the model.
 *
 * @module
 */
import { arithmeticOf } from "./arithmetic.ts";
import { type Demand, isOverloaded } from "./demand.ts";
import { type PredictOptions, refusesMoreThan } from "./predict.ts";
import { timetableOf } from "./timetable.ts";

/** No kernel keeps a longer queue in earnest. */
const MOST_BACKLOG = 1_000_000;
/** The answer is as exact as that: what chance leaves open is more. */
const EXACT_TO = 0.005;

/**
 * Null where no backlog suffices: more come than the server takes. The same seeds are used for every backlog, so that a larger
 * one never looks worse by chance.
 */
export function smallestBacklog(
  demand: Demand,
  options: Pick<PredictOptions, "rules" | "seed" | "runs">,
): number | null {
  if (isOverloaded(demand)) return null;
  const timetables = Array.from({ length: options.runs }, (_, place) =>
    timetableOf(demand, options.seed + place, false),
  );
  const question = { rules: options.rules, share: 1 - demand.share, timetables };
  const suffices = (backlog: number): boolean => !refusesMoreThan(demand, backlog, question);
  const [least, most] = bracket(Math.max(1, arithmeticOf(demand).backlog), suffices);
  return most === null ? null : narrow(least, most, suffices);
}

/** A backlog that does not suffice and one that does; null for the second where none was found. */
function bracket(start: number, suffices: (backlog: number) => boolean): [number, number | null] {
  if (suffices(start)) {
    for (let step = Math.max(1, Math.ceil(start * 0.05)); start - step >= 0; step *= 2)
      if (!suffices(start - step)) return [start - step, start];
    return [-1, start];
  }
  for (let least = start; least < MOST_BACKLOG; least *= 2)
    if (suffices(least * 2)) return [least, least * 2];
  return [MOST_BACKLOG, null];
}

function narrow(tooSmall: number, enough: number, suffices: (backlog: number) => boolean): number {
  let [least, most] = [tooSmall, enough];
  while (most - least > Math.max(1, most * EXACT_TO)) {
    const middle = Math.floor((least + most) / 2);
    if (suffices(middle)) most = middle;
    else least = middle;
  }
  return most;
}
