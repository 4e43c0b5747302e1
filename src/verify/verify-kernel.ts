/**
 * Random scenarios on this kernel, many at a time, each held against the model.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import {
  type Comparison,
  compareRecording,
  type FirstDifference,
  generateScenario,
  latenessOf,
  wasDeferred,
} from "../conformance/index.ts";
import { type BatchEnding, runMany } from "../lab/run-many.ts";
import type { KernelRules } from "../model/index.ts";
import type { Scenario } from "../scenario/index.ts";
import type { Trace } from "../trace/index.ts";

/** Which scenarios, and how many at a time. */
export interface VerifyPlan {
  readonly seed: number;
  readonly scenarios: number;
  readonly parallel: number;
  readonly rules: KernelRules;
  readonly signal: AbortSignal;
  /** Called after each scenario with how many are done. */
  readonly onProgress?: (done: number) => void;
  /** Given each recording, for those who keep them. */
  readonly onRecorded?: (scenario: Scenario, trace: Trace) => void;
}

/** A recording that no permitted order explains. */
export interface Mismatch {
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly difference: FirstDifference;
}

/** What a batch came to. */
export interface Verification {
  readonly seed: number;
  readonly rules: KernelRules;
  readonly elapsedMs: number;
  readonly compared: number;
  readonly events: number;
  readonly undecided: number;
  readonly forks: number;
  /** Endings that were as simulated, and those that hang on events close to each other. */
  readonly endings: { readonly same: number; readonly leftOpen: number };
  readonly coverage: Readonly<Record<string, number>>;
  readonly discarded: readonly { readonly reason: string; readonly count: number }[];
  readonly mismatches: readonly Mismatch[];
}

/** Runs the plan. After the signal it returns what is known. */
export async function verifyKernel(plan: VerifyPlan): Promise<Verification> {
  const tally = new Tally(plan);
  const startedMs = performance.now();
  // Every run under way listens to the one signal.
  setMaxListeners(plan.parallel + 1, plan.signal);
  const options = { parallel: plan.parallel, sampleEveryMs: null, signal: plan.signal };
  const spoilt: Scenario[] = [];
  await runMany(longestFirst(plan), options, (ending) => {
    if (isSpoilt(ending)) spoilt.push(ending.scenario);
    else tally.add(ending);
  });
  // Once more, with fewer at a time.
  await runMany(spoilt, { ...options, parallel: SPOILT_PARALLEL }, (ending) => tally.add(ending));
  return tally.sum(performance.now() - startedMs);
}

/**
 * A machine that is away for so long, with the recorder or with the kernel's own clock, has run another scenario than the
 * planned one: its ticks come late, and no window of a timer holds.
 */
const AWAY_MS = 250;
const SPOILT_PARALLEL = 40;

function isSpoilt({ scenario, recording }: BatchEnding): boolean {
  if (recording === null || recording.trace.recording.interrupted) return false;
  return whySpoilt(scenario, recording.trace) !== null;
}

/** The long ones begin first, so that a batch does not end by waiting for one of them. */
function longestFirst({ seed, scenarios }: VerifyPlan): Scenario[] {
  const all = Array.from({ length: scenarios }, (_, place) => generateScenario(seed, place));
  return all.sort((a, b) => b.durationMs - a.durationMs);
}

class Tally {
  readonly #plan: VerifyPlan;
  readonly #coverage = new Map<string, number>();
  readonly #discarded = new Map<string, number>();
  readonly #mismatches: Mismatch[] = [];
  readonly #sums = { compared: 0, events: 0, undecided: 0, forks: 0 };
  readonly #endings = { same: 0, leftOpen: 0 };
  #done = 0;

  constructor(plan: VerifyPlan) {
    this.#plan = plan;
  }

  add({ scenario, recording, error }: BatchEnding): void {
    this.#done += 1;
    this.#plan.onProgress?.(this.#done);
    const reason =
      recording === null ? `the run failed: ${wordsOf(error)}` : whyDiscarded(scenario, recording.trace);
    if (reason !== null || recording === null) {
      this.#discarded.set(reason ?? "", (this.#discarded.get(reason ?? "") ?? 0) + 1);
      return;
    }
    this.#plan.onRecorded?.(scenario, recording.trace);
    this.#count(compareRecording(scenario, recording.trace, this.#plan.rules), scenario, recording.trace);
  }

  #count({ conformance, outcome, mismatch }: Comparison, scenario: Scenario, trace: Trace): void {
    this.#sums.compared += 1;
    this.#sums.events += conformance.events;
    this.#sums.forks += conformance.forks;
    if (conformance.verdict === "undecided") this.#sums.undecided += 1;
    if (outcome === "same") this.#endings.same += 1;
    if (outcome === "left-open") this.#endings.leftOpen += 1;
    for (const [rule, count] of conformance.coverage)
      this.#coverage.set(rule, (this.#coverage.get(rule) ?? 0) + count);
    if (mismatch !== null) this.#mismatches.push({ scenario, trace, difference: mismatch });
  }

  sum(elapsedMs: number): Verification {
    const { seed, rules } = this.#plan;
    const coverage = Object.fromEntries([...this.#coverage].sort(([a], [b]) => a.localeCompare(b)));
    const discarded = [...this.#discarded].map(([reason, count]) => ({ reason, count }));
    const [endings, mismatches] = [this.#endings, this.#mismatches];
    return { seed, rules, elapsedMs, ...this.#sums, endings, coverage, discarded, mismatches };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a recording cannot be held against anything; null if it can. */
function whyDiscarded(scenario: Scenario, trace: Trace): string | null {
  if (trace.recording.interrupted) return "interrupted";
  return whySpoilt(scenario, trace);
}

function whySpoilt(scenario: Scenario, trace: Trace): string | null {
  if (trace.recording.framesLost > 0) return "frames were lost before the wire saw them";
  if (latenessOf(scenario, trace) > AWAY_MS) return `the machine was away for more than ${AWAY_MS} ms`;
  return wasDeferred(trace) ? "the kernel took a packet later than it was handed over" : null;
}
