/**
 * Choices from a seed: the same seed makes the same choices on every machine. It knows nothing of scenarios.
 *
 * @module
 */
import { seededChance } from "../../scenario/index.ts";

/** A source of choices. */
export interface Choices {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** One of these; at least one must be given. */
  pick<T>(options: readonly T[]): T;
}

/** Choices that depend on the seed and on the place alone, so that scenario 700 can be made without the 699 before it. */
export function choicesFor(seed: number, place: number): Choices {
  const next = seededChance(Math.imul(seed, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b));
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    chance: (probability) => next() < probability,
    whole,
    pick: (options) => {
      const chosen = options[whole(0, options.length - 1)];
      if (chosen === undefined) throw new Error("nothing to pick from");
      return chosen;
    },
  };
}
