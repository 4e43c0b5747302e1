/**
 * An experiment: a question, a scenario, the claims that answer it, and the words that explain them. Data and pure
 * functions; who carries the scenario out (the kernel in the lab, or the model) is not known here.
 *
 * @module
 */
import type { FullTest } from "../model/index.ts";
import type { Scenario } from "../scenario/index.ts";
import type { QueueSample, TraceCall, TraceSocket } from "../trace/index.ts";
import type { TraceView } from "./trace-view.ts";

/** What a claim stands on. Take away a cited packet or sample, and the claim no longer holds. */
export interface Evidence {
  /** What was seen, in words; where the claim fails, why. */
  readonly text: string;
  /** Packet numbers. */
  readonly packets: readonly number[];
  readonly samples: readonly QueueSample[];
  readonly calls: readonly TraceCall[];
  readonly sockets: readonly TraceSocket[];
  /** By how much counters rose. */
  readonly counters: Readonly<Record<string, number | null>>;
  /** A Wireshark display filter for the packets. */
  readonly filter: string | null;
}

/** A claim held against a trace. */
export interface ClaimResult {
  readonly id: string;
  /** One sentence, with the numbers of this trace's scenario. */
  readonly text: string;
  readonly holds: boolean;
  /** False where the run was ended before it could be seen whether it holds; then it does not. */
  readonly reached: boolean;
  readonly evidence: Evidence;
}

/** What a claim says of a trace. */
export type CheckedClaim = Omit<ClaimResult, "id" | "reached">;

/** One checkable sentence. It reads the trace and the scenario, nothing else. */
export interface Claim {
  readonly id: string;
  check(view: TraceView): CheckedClaim;
}

/** Which variant of a scenario is wanted. */
export interface Variant {
  /** The original's own times, instead of quicker ones. */
  readonly faithful: boolean;
  readonly family: "ipv4" | "ipv6";
  /** `>=` from 4.4 to 6.13 without the backport of January 2025. */
  readonly synQueueTest: FullTest;
}

/** A table that an experiment adds to its report. */
export interface ExperimentTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Experiment {
  readonly name: string;
  readonly question: string;
  /** Paragraphs: what happens and why. */
  readonly words: readonly string[];
  readonly claims: readonly Claim[];
  /** Whether the scenario depends on the SYN queue's rule, which has to be probed first. */
  readonly dependsOnSynQueueTest: boolean;
  /** Which of the original's views its report shows. */
  readonly shows: { readonly load: boolean; readonly sockets: boolean; readonly packets: boolean };
  scenario(variant: Variant): Scenario;
  table?(view: TraceView): ExperimentTable;
}
