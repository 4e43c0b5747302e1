/**
 * What the page asks of its worker, and what it gets. Everything is plain data.
 *
 * @module
 */
import type { ClaimResult } from "../../../../core/experiment/index.ts";
import type { Explanation } from "../../../../core/explain/index.ts";
import type { KernelRules } from "../../../../core/model/index.ts";
import type { CaptureSummary } from "../../../../core/report/document/explain-document.ts";
import type { Scenario } from "../../../../core/scenario/index.ts";
import type { PlaySettings } from "../../../../core/stage/index.ts";
import type { CounterReading, Trace } from "../../../../core/trace/index.ts";

/** What is to be run: an experiment of the catalogue, or a scenario's text under a name. */
export type RunSource =
  | { readonly kind: "experiment"; readonly name: string }
  | { readonly kind: "text"; readonly name: string; readonly text: string }
  /** More clients than a scenario lists. */
  | { readonly kind: "storm"; readonly name: string; readonly settings: PlaySettings };

/** A run that is asked for. */
export interface RunRequest {
  readonly source: RunSource;
  readonly era: string;
  readonly seed: number;
}

/** What came of it. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly trace: Trace;
  /** The counters whenever one of them rose; null where they were read at the start and the end alone. */
  readonly readings: readonly CounterReading[] | null;
  /** SHA-256 of the trace as JSON, in hexadecimal; null where the browser has no such function (no https, no localhost). */
  readonly traceHash: string | null;
  readonly rules: KernelRules;
  readonly name: string;
  readonly question: string;
  readonly words: readonly string[];
  readonly claims: readonly ClaimResult[];
  /** How the clients fared, where they are too many to be shown; else null. */
  readonly outcome: string | null;
}

/** An experiment of the catalogue. */
export interface CatalogueEntry {
  readonly name: string;
  readonly question: string;
}

/** Two runs of one scenario on two kernels, in words. */
export interface Difference {
  /** Which rules make them differ, one sentence each. */
  readonly reasons: readonly string[];
}

/** A file to be made of a run. */
export interface ExportRequest extends RunRequest {
  readonly as: "scenario" | "pcapng" | "report";
}

/** A file. */
export interface MadeFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a dropped file is. */
export interface DroppedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What explain says of it. */
export interface ExplainResult {
  readonly captures: readonly CaptureSummary[];
  readonly explanation: Explanation;
  /** What was wrong with the file, as the command says it. */
  readonly warnings: readonly string[];
  /** The page of `--report`. */
  readonly page: string;
  /** What the command prints. */
  readonly text: string;
}

/** Everything that the worker does, by name. */
export interface Work {
  catalogue: { readonly asks: null; readonly gets: readonly CatalogueEntry[] };
  run: { readonly asks: RunRequest; readonly gets: RunResult };
  differ: { readonly asks: RunRequest & { readonly otherEra: string }; readonly gets: Difference };
  export: { readonly asks: ExportRequest; readonly gets: MadeFile };
  explain: { readonly asks: DroppedFile; readonly gets: ExplainResult };
}

/** One question; its answer has the same number. */
export interface Asked<Name extends keyof Work = keyof Work> {
  readonly id: number;
  readonly name: Name;
  readonly asks: Work[Name]["asks"];
}

/** The answer: a result, or the one line that the command would print. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: string };
