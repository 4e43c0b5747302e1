/**
 * A mismatch made small: smaller scenarios are run on the kernel, side by side, as long as one of them still mismatches.
 *
 * @module
 */
import { compareRecording, smallerScenarios } from "../../core/compare/kernel/index.ts";
import type { KernelRules } from "../../core/model/index.ts";
import type { Scenario } from "../../core/scenario/index.ts";
import { runMany } from "../lab/run-many.ts";
import type { Mismatch } from "./tally.ts";

/** A mismatch comes from a race now and then: each scenario is tried so often. */
const TRIES = 3;
const MOST_ROUNDS = 20;
const PARALLEL = 150;

/** What a search works with. */
export interface ShrinkOptions {
  readonly rules: KernelRules;
  readonly signal: AbortSignal;
}

/** What became of a mismatch. */
export interface ShrunkMismatch {
  /** The smallest one that was found; the given one if its scenario did not mismatch again. */
  readonly mismatch: Mismatch;
  readonly isReproduced: boolean;
  /** Rounds of smaller scenarios that were run. */
  readonly rounds: number;
}

/** Makes a mismatch as small as it gets. After the signal it returns what it has. */
export async function shrinkMismatch(mismatch: Mismatch, options: ShrinkOptions): Promise<ShrunkMismatch> {
  let smallest = (await mismatchAmong([mismatch.scenario], options)) ?? mismatch;
  if (smallest === mismatch) return { mismatch, isReproduced: false, rounds: 0 };
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const smaller = await mismatchAmong(smallerScenarios(smallest.scenario), options);
    if (smaller === null) return { mismatch: entitled(smallest, rounds), isReproduced: true, rounds };
    smallest = smaller;
  }
  return { mismatch: entitled(smallest, MOST_ROUNDS), isReproduced: true, rounds: MOST_ROUNDS };
}

/** A title that does not claim to be the series' own scenario when it is not. */
function entitled(mismatch: Mismatch, rounds: number): Mismatch {
  if (rounds === 0) return mismatch;
  const title = mismatch.scenario.title.replace(/\.$/, ", made smaller.");
  return { ...mismatch, scenario: { ...mismatch.scenario, title } };
}

/** The first of these scenarios that mismatches in one of its runs; null if none does, or after the signal. */
async function mismatchAmong(
  scenarios: readonly Scenario[],
  options: ShrinkOptions,
): Promise<Mismatch | null> {
  const { rules, signal } = options;
  const found: { place: number; mismatch: Mismatch }[] = [];
  const runs = scenarios.flatMap((scenario) => Array.from({ length: TRIES }, () => scenario));
  await runMany(
    runs,
    { parallel: PARALLEL, sampleEveryMs: null, signal },
    ({ place, scenario, recording }) => {
      const trace = recording?.trace;
      if (trace === undefined || trace.recording.interrupted || trace.recording.framesLost > 0) return;
      const difference = compareRecording(scenario, trace, rules).mismatch;
      if (difference !== null) found.push({ place, mismatch: { scenario, trace, difference } });
    },
  );
  if (signal.aborted) return null;
  return found.sort((a, b) => a.place - b.place)[0]?.mismatch ?? null;
}
