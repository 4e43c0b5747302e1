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
} from "../../model/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import { counterRise, type Trace } from "../../trace/index.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { type Parting, partingOf, partings } from "./parting.ts";

/** A run of one kernel. */
export interface EraRun {
  readonly rules: KernelRules;
  readonly trace: Trace;
}

/** In what two runs of a scenario differ. */
export interface TraceComparison {
  /** The lanes that differ, the earliest parting first. */
  readonly partings: readonly Parting[];
  /** Counters that ended differently, with both values. */
  readonly counters: readonly CounterDifference[];
}

/** What two kernels of the model made of a scenario. */
export interface EraComparison extends TraceComparison {
  /** Why the first of the lanes parts. */
  readonly because: Reasons;
}

/** The rules that explain a parting: each alone, or all of them together. None if nothing parts. */
export interface Reasons {
  readonly rules: readonly RuleField[];
  readonly isEachEnough: boolean;
}

/** A counter that both kernels have, and its rise in both runs. */
export interface CounterDifference {
  readonly name: string;
  readonly one: number;
  readonly other: number;
}

const NO_REASON: Reasons = { rules: [], isEachEnough: true };

/** Compares two runs of a scenario, of whatever kernels. */
export function compareTraces(scenario: Scenario, one: Trace, other: Trace): TraceComparison {
  return {
    partings: partings(lanesOf(scenario, one), lanesOf(scenario, other)),
    counters: counterDifferences(one, other),
  };
}

/** Compares two runs of the model, and asks it why they part. */
export function compareEras(
  scenario: Scenario,
  one: EraRun,
  other: EraRun,
  options: Omit<SimulationOptions, "rules">,
): EraComparison {
  const compared = compareTraces(scenario, one.trace, other.trace);
  const [first] = compared.partings;
  const run = (rules: KernelRules) => lanesOf(scenario, simulate(scenario, { ...options, rules }).trace);
  return {
    ...compared,
    because: first === undefined ? NO_REASON : reasonsFor(first, one.rules, other.rules, run),
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
  return Object.keys(one.counters.after).flatMap((name) => {
    const [mine, yours] = [counterRise(one, name), counterRise(other, name)];
    return mine === null || yours === null || mine === yours ? [] : [{ name, one: mine, other: yours }];
  });
}
