/**
 * What `museum -- lab` keeps of each kernel.
 *
 * @module
 */
import type { GuestRecord } from "./guest-record.ts";

/** One claim of an experiment. */
export interface ClaimRecord {
  readonly id: string;
  readonly holds: boolean;
  /** What was claimed, where it does not hold; left out otherwise. */
  readonly text?: string;
}

/** One experiment. */
export interface ExperimentRecord {
  readonly name: string;
  readonly verdict: string;
  /** Why it is not supported; null otherwise. */
  readonly reason: string | null;
  readonly claims: readonly ClaimRecord[];
}

/** One kernel's part of the lab. */
export interface LabResult extends GuestRecord {
  readonly experiments: readonly ExperimentRecord[];
  /** Those that an ordinary user was let run. */
  readonly visitorExperiments: readonly ExperimentRecord[];
}
