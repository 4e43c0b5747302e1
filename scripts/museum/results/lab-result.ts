/**
 * What `museum -- lab` keeps of each kernel.
 *
 * @module
 */
import type { GuestEnding } from "../machine/boot-guest.ts";

/** What a guest was, and how it ended. */
export interface GuestRecord {
  readonly kernel: string;
  /** The version that stood for it; null where it was its own. */
  readonly neighbour: string | null;
  /** `uname -r` and `uname -v`; null when the guest did not come so far. */
  readonly release: string | null;
  readonly build: string | null;
  readonly how: GuestEnding["how"] | "not fetched";
  /** Modules that the package lacks or that did not load. */
  readonly lacking: readonly string[];
  /** The end of its console; empty where it ended well. */
  readonly console: readonly string[];
  readonly seconds: number;
}

/** Answers by a feature's name, as `doctor` has them. */
export type FeatureAnswers = Readonly<Record<string, string>>;

/** What the predictions are held against. */
export interface LabFacts {
  readonly rules: string;
  readonly synQueueTest: string | null;
  readonly linearTimeouts: boolean | null;
  readonly challengesResets: boolean | null;
  readonly countsMigration: boolean | null;
  readonly tcpInfoBytes: number | null;
  /** As root. */
  readonly root: FeatureAnswers;
  /** As an ordinary user. */
  readonly visitor: FeatureAnswers;
}

/** One claim of an experiment. */
export interface ClaimRecord {
  readonly id: string;
  readonly text: string;
  readonly holds: boolean;
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
  readonly facts: LabFacts | null;
  readonly experiments: readonly ExperimentRecord[];
  /** Those that an ordinary user was let run. */
  readonly visitorExperiments: readonly ExperimentRecord[];
}
