/**
 * What the recordings of a batch come to: each is compared, set aside or asked for once more. It runs nothing itself.
 *
 * @module
 */
import {
  type Comparison,
  compareRecording,
  type FirstDifference,
  latenessOf,
  wasDeferred,
} from "../../core/compare/kernel/index.ts";
import type { KernelRules } from "../../core/model/index.ts";
import type { Scenario } from "../../core/scenario/index.ts";
import type { Recording, Trace } from "../../core/trace/index.ts";

/** What a tally needs of the plan. */
export interface TallyPlan {
  readonly seed: number;
  readonly rules: KernelRules;
  /** Called after each scenario with how many are done. */
  readonly onProgress?: (done: number) => void;
  /** Given each recording, for those who keep them. */
  readonly onRecorded?: (scenario: Scenario, trace: Trace) => void;
}

/** How the recording of a scenario ended. */
export interface RecordedEnding {
  readonly scenario: Scenario;
  /** Null if the run failed. */
  readonly recording: Pick<Recording, "trace"> | null;
  /** Why it failed; null if it did not. */
  readonly error: unknown;
}

/** A recording that no permitted order explains. */
export interface Mismatch {
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly difference: FirstDifference;
}

/** What the endings were. */
export interface Endings {
  /** Recordings that agree with the simulation event by event. */
  readonly same: number;
  /** Those that agree with a simulation that is a little late, as the machine was, or in which losses and members of a group fall otherwise. */
  readonly late: number;
  /** They hang on events close to each other. */
  readonly leftOpen: number;
  /** Of all: those that differed in a first recording and not in the second, made with fewer at a time. */
  readonly differedOnce: number;
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
  readonly endings: Endings;
  readonly coverage: Readonly<Record<string, number>>;
  readonly discarded: readonly { readonly reason: string; readonly count: number }[];
  readonly mismatches: readonly Mismatch[];
}

/**
 * A machine that is away for so long, with the recorder or with the kernel's own clock, has run another scenario than the
 * planned one: its ticks come late, and no window of a timer holds.
 */
const AWAY_MS = 250;
/** What is known of a batch so far, and what is to be recorded once more. */
export class Tally {
  readonly #plan: TallyPlan;
  readonly #coverage = new Map<string, number>();
  readonly #discarded = new Map<string, number>();
  readonly #mismatches: Mismatch[] = [];
  readonly #sums = { compared: 0, events: 0, undecided: 0, forks: 0 };
  readonly #endings = { same: 0, late: 0, leftOpen: 0, differedOnce: 0 };
  readonly #spoilt = new Set<Scenario>();
  readonly #doubted = new Set<Scenario>();
  #again: Scenario[] = [];
  #done = 0;

  constructor(plan: TallyPlan) {
    this.#plan = plan;
  }

  /** What has come up since to be recorded once more; whatever it is, it comes up once for a scenario. */
  takeAgain(): Scenario[] {
    const again = this.#again;
    this.#again = [];
    return again;
  }

  /** Counts a recording, or asks for another of the same scenario. */
  add(ending: RecordedEnding): void {
    if (isSpoilt(ending) && this.#isFirst(this.#spoilt, ending.scenario)) return;
    const { scenario, recording, error } = ending;
    const reason =
      recording === null ? `the run failed: ${wordsOf(error)}` : whyDiscarded(scenario, recording.trace);
    if (reason !== null || recording === null) this.#discard(reason ?? "");
    else this.#compare(scenario, recording.trace);
  }

  /** The first of its kind is recorded again. */
  #isFirst(known: Set<Scenario>, scenario: Scenario): boolean {
    if (known.has(scenario)) return false;
    known.add(scenario);
    this.#again.push(scenario);
    return true;
  }

  #discard(reason: string): void {
    this.#progress();
    this.#discarded.set(reason, (this.#discarded.get(reason) ?? 0) + 1);
  }

  /**
   * What differs counts if a second recording differs too: a kernel that leaves a packet to a thread takes it after the look that follows,
   * and of a SYN that is refused no answer tells.
   */
  #compare(scenario: Scenario, trace: Trace): void {
    const comparison = compareRecording(scenario, trace, this.#plan.rules);
    if (comparison.mismatch !== null && this.#isFirst(this.#doubted, scenario)) return;
    this.#progress();
    this.#plan.onRecorded?.(scenario, trace);
    this.#count(comparison, scenario, trace);
  }

  #progress(): void {
    this.#done += 1;
    this.#plan.onProgress?.(this.#done);
  }

  #count({ conformance, outcome, mismatch }: Comparison, scenario: Scenario, trace: Trace): void {
    this.#sums.compared += 1;
    this.#sums.events += conformance.events;
    this.#sums.forks += conformance.forks;
    if (conformance.verdict === "undecided") this.#sums.undecided += 1;
    if (outcome === "same") this.#endings.same += 1;
    if (outcome === "late") this.#endings.late += 1;
    if (outcome === "left-open") this.#endings.leftOpen += 1;
    if (mismatch === null && this.#doubted.has(scenario)) this.#endings.differedOnce += 1;
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

function isSpoilt({ scenario, recording }: RecordedEnding): boolean {
  if (recording === null || recording.trace.recording.interrupted) return false;
  return whySpoilt(scenario, recording.trace) !== null;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a recording cannot be held against anything; null if it can. */
function whyDiscarded(scenario: Scenario, trace: Trace): string | null {
  if (trace.recording.interrupted) return "interrupted";
  return whySpoilt(scenario, trace);
}

/** Why a recording tells more of a busy machine than of the kernel; null if it does not. */
export function whySpoilt(scenario: Scenario, trace: Trace): string | null {
  if (trace.recording.framesLost > 0) return "frames were lost before the wire saw them";
  if (latenessOf(scenario, trace) > AWAY_MS) return `the machine was away for more than ${AWAY_MS} ms`;
  return wasDeferred(trace) ? "the kernel took a packet later than it was handed over" : null;
}
