/**
 * What `museum -- facts` keeps of each kernel.
 *
 * @module
 */
import {
  type KernelRules,
  NEWEST_ERA,
  RULE_WORDS,
  rulesOf,
  withRules,
} from "../../../src/core/model/index.ts";
import type { GuestRecord } from "./guest-record.ts";

/** Answers by a feature's name, as `doctor` has them. */
export type FeatureAnswers = Readonly<Record<string, string>>;

/** What the predictions are held against. */
export interface KernelFacts {
  /** `uname -r` and `uname -v`. */
  readonly release: string;
  readonly build: string;
  /** The rules that `this` stands for, by name. */
  readonly rules: string;
  /** The rules in which it differs from the newest era, and how. */
  readonly differs: Readonly<Record<string, string>>;
  readonly synQueueTest: string | null;
  readonly linearTimeouts: boolean | null;
  readonly challengesResets: boolean | null;
  /** Whether a SYN that is answered by a wrong ACK number goes again at once. */
  readonly hurriesSyn: boolean | null;
  /** Whether a FIN waits for the congestion window after a timeout. */
  readonly finWaits: boolean | null;
  readonly countsMigration: boolean | null;
  readonly tcpInfoBytes: number | null;
  /** As root. */
  readonly root: FeatureAnswers;
  /** As an ordinary user. */
  readonly visitor: FeatureAnswers;
}

/** One kernel's part. */
export interface FactsResult extends GuestRecord {
  /** Null when the guest did not come so far. */
  readonly facts: KernelFacts | null;
}

/** The rules that a kernel was found to follow. */
export function rulesOfFacts({ rules, differs }: Pick<KernelFacts, "rules" | "differs">): KernelRules {
  const newest = rulesOf(NEWEST_ERA);
  const changes = (Object.keys(RULE_WORDS) as (keyof typeof RULE_WORDS)[]).flatMap((rule) => {
    const text = differs[rule];
    return text === undefined ? [] : [[rule, typeof newest[rule] === "string" ? text : JSON.parse(text)]];
  });
  return { ...withRules(newest, Object.fromEntries(changes)), name: rules };
}
