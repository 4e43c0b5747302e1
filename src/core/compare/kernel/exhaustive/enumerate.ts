/**
 * Every reachable state of a small world, each visited once, and every step between two of them.
 *
 * @module
 */
import type { KernelRules } from "../../../model/index.ts";
import { type Violation, violationsAtTheEnd, violationsOfStep } from "./invariants.ts";
import {
  firstState,
  modelHost,
  type SmallHost,
  type SmallSetting,
  type SmallState,
  type Step,
  stepsFrom,
  takeStep,
} from "./small-world.ts";
import { stateKey } from "./state-key.ts";

/** A step from one state to another; states are numbered in the order in which they were found, from 0. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly step: Step;
}

/** An invariant that does not hold, and the steps that lead there. */
export interface FoundViolation extends Violation {
  readonly steps: readonly Step[];
}

/** A small world, enumerated. */
export interface StateGraph {
  readonly setting: SmallSetting;
  readonly states: number;
  /** One for each pair of states that a step joins. */
  readonly edges: readonly Edge[];
  /** States after which nothing can happen. */
  readonly ends: number;
  readonly violations: readonly FoundViolation[];
}

/** Which world, and how it is made. */
export interface EnumerationOptions {
  readonly rules: KernelRules;
  readonly setting: SmallSetting;
  readonly mostClients: number;
  readonly createHost?: (rules: KernelRules) => SmallHost;
}

/** A model with a fault could go on for ever. */
const MOST_STATES = 1_000_000;

/** Enumerates a world. @throws {Error} when it has no end */
export function enumerateStates(options: EnumerationOptions): StateGraph {
  const { rules, setting, mostClients, createHost = modelHost } = options;
  const search = new Search(firstState(rules, setting, createHost));
  let ends = 0;
  for (let place = 0; place < search.states.length; place += 1) {
    const state = search.states[place] as SmallState;
    const steps = stepsFrom(state, mostClients);
    if (steps.length > 0) for (const step of steps) search.follow(place, step);
    else {
      ends += 1;
      search.report(place, violationsAtTheEnd(state));
    }
    search.release(place);
    if (search.states.length > MOST_STATES) throw new Error("the small world has no end");
  }
  const { edges, violations } = search;
  return { setting, states: search.states.length, edges, ends, violations };
}

/** The states known so far. */
class Search {
  /** Those that were looked at are let go. */
  readonly states: (SmallState | null)[];
  readonly edges: Edge[] = [];
  readonly violations: FoundViolation[] = [];
  readonly #places = new Map<string, number>();
  readonly #pairs = new Set<string>();
  /** How each state was found first; null of the first one. */
  readonly #found: (Edge | null)[] = [null];

  constructor(first: SmallState) {
    this.states = [first];
    this.#places.set(stateKey(first), 0);
  }

  follow(from: number, step: Step): void {
    const before = this.states[from];
    if (before == null) return;
    const after = takeStep(before, step);
    const key = stateKey(after);
    const to = this.#places.get(key) ?? this.states.length;
    const edge = { from, to, step };
    if (to === this.states.length) {
      this.#places.set(key, to);
      this.states.push(after);
      this.#found.push(edge);
    }
    const violations = violationsOfStep({ before, after });
    for (const one of violations) this.violations.push({ ...one, steps: [...this.#way(from), step] });
    const pair = `${from} ${to}`;
    if (from === to || this.#pairs.has(pair)) return;
    this.#pairs.add(pair);
    this.edges.push(edge);
  }

  report(place: number, violations: readonly Violation[]): void {
    for (const one of violations) this.violations.push({ ...one, steps: this.#way(place) });
  }

  release(place: number): void {
    this.states[place] = null;
  }

  #way(place: number): Step[] {
    const steps: Step[] = [];
    for (let edge = this.#found[place]; edge != null; edge = this.#found[edge.from]) steps.unshift(edge.step);
    return steps;
  }
}
