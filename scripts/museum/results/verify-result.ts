/**
 * What `museum -- verify` keeps of each kernel.
 *
 * @module
 */
import type { GuestRecord } from "./guest-record.ts";

/** One changed rule of the model, held against a kernel's recordings. */
export interface MutantRecord {
  readonly name: string;
  /** After how many recordings it was caught; null if by none of them. */
  readonly caughtAfter: number | null;
}

/** A rule that the newest era has otherwise, held against the kernel's recordings with the newest era's value. */
export interface EraDifference {
  readonly rule: string;
  readonly here: string;
  readonly newest: string;
  /** Recordings that no longer agree with the model. */
  readonly caughtBy: number;
}

/** What a batch on one kernel came to. */
export interface BatchResult {
  readonly rules: string;
  readonly seed: number;
  /** How many scenarios were the first ones of the series, and how many were chosen beyond them. */
  readonly random: number;
  readonly chosen: number;
  /** How long both took by the clock of the machine that emulates; null where none were run. */
  readonly seconds: number | null;
  readonly chosenSeconds: number | null;
  readonly compared: number;
  readonly events: number;
  readonly undecided: number;
  readonly discarded: number;
  readonly endings: {
    readonly same: number;
    readonly late: number;
    readonly leftOpen: number;
    readonly differedOnce: number;
  };
  readonly coverage: Readonly<Record<string, number>>;
  /** How often the question of each rule was answered the other way. */
  readonly otherWay: Readonly<Record<string, number>>;
  /** In words: which scenario, at which event, what the model has and what the kernel did. */
  readonly mismatches: readonly string[];
  readonly mutants: readonly MutantRecord[];
  /** Empty on a kernel of the newest era. */
  readonly differences: readonly EraDifference[];
}

/** One kernel's part. */
export interface VerifyResult extends GuestRecord {
  /** Null when the guest did not come so far. */
  readonly batch: BatchResult | null;
}
