/**
 * One scenario on two kernels: where they part, and which rule makes them. The rule is found by trying: a kernel that is
 * given the other's variant of it, and of nothing else, must do there what the other does.
 *
 * @module
 */

import {
  differingRules,
  type KernelRules,
  type RuleField,
  type SimulationOptions,
  simulate,
  withRules,
} from "../model/index.ts";
import type { Scenario } from "../scenario/index.ts";
import { counterRise, type Trace } from "../trace/index.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { type Parting, partingOf, partings } from "./parting.ts";

/** A run of one kernel. */
export interface EraRun {
  readonly rules: KernelRules;
  readonly trace: Trace;
}

/** What two kernels made of a scenario. */
export interface EraComparison {
  /** The lanes that differ, the earliest parting first. */
  readonly partings: readonly Parting[];
  /** Why the first of them parts. */
  readonly because: Reasons;
  /** Counters that ended differently, with both values. */
  readonly counters: readonly CounterDifference[];
}

/** The rules that explain a parting: each alone, or all of them together. None if nothing parts. */
export interface Reasons {
  readonly rules: readonly RuleField[];
  readonly isEachEnough: boolean;
}

/** A counter's rise in both runs; null where it does not exist. */
export interface CounterDifference {
  readonly name: string;
  readonly one: number | null;
  readonly other: number | null;
}

const NO_REASON: Reasons = { rules: [], isEachEnough: true };

/** Compares two runs of a scenario, and asks the model why they part. */
export function compareEras(
  scenario: Scenario,
  one: EraRun,
  other: EraRun,
  options: Omit<SimulationOptions, "rules">,
): EraComparison {
  const found = partings(lanesOf(scenario, one.trace), lanesOf(scenario, other.trace));
  const [first] = found;
  const run = (rules: KernelRules) => lanesOf(scenario, simulate(scenario, { ...options, rules }).trace);
  return {
    partings: found,
    because: first === undefined ? NO_REASON : reasonsFor(first, one.rules, other.rules, run),
    counters: counterDifferences(one.trace, other.trace),
  };
}

/** The rules that make one kernel do what the other does there, when it is given the other's variants of them. */
function reasonsFor(
  parting: Parting,
  one: KernelRules,
  other: KernelRules,
  run: (rules: KernelRules) => Lane[],
): Reasons {
  const wanted = run(other);
  const turns = (fields: readonly RuleField[]) =>
    agreesUpTo(parting, run(withRules(one, variantsOf(other, fields))), wanted);
  const differing = differingRules(one, other);
  const alone = differing.filter((field) => turns([field]));
  return alone.length > 0 ? { rules: alone, isEachEnough: true } : together(differing, turns);
}

/** Takes away every rule that the others do without: what is left is needed. */
function together(
  differing: readonly RuleField[],
  turns: (fields: readonly RuleField[]) => boolean,
): Reasons {
  let needed = differing;
  for (const field of differing) {
    const without = needed.filter((other) => other !== field);
    if (turns(without)) needed = without;
  }
  return { rules: needed, isEachEnough: false };
}

function variantsOf(donor: KernelRules, fields: readonly RuleField[]): Partial<KernelRules> {
  return Object.fromEntries(fields.map((field) => [field, donor[field]]));
}

/** Whether a lane is the same in two runs up to where it parted, that event included. */
function agreesUpTo({ lane, place }: Parting, one: readonly Lane[], other: readonly Lane[]): boolean {
  const upTo = (lanes: readonly Lane[]) => ({
    name: lane,
    events: lanes.find(({ name }) => name === lane)?.events.slice(0, place + 1) ?? [],
  });
  return partingOf(upTo(one), upTo(other)) === null;
}

function counterDifferences(one: Trace, other: Trace): CounterDifference[] {
  return Object.keys(one.counters.after)
    .map((name) => ({ name, one: counterRise(one, name), other: counterRise(other, name) }))
    .filter((difference) => difference.one !== difference.other);
}
