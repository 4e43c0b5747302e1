/**
 * What one generator has to do and how far it is, as values that travel between processes.
 *
 * @module
 */
import type { LedgerColumns } from "./request-ledger.ts";

/** When connections are opened: by a schedule, or as soon as another one has ended. */
export type Pace =
  | {
      readonly loop: "open" /** Milliseconds since the run began, in order. */;
      readonly intendedMs: Float64Array;
    }
  | { readonly loop: "closed"; readonly requests: number; readonly concurrency: number };

/** The work of one generator. */
export interface GeneratorJob {
  /** Tried in this order until one connects; all requests go to that one. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly request: Uint8Array;
  /** `raw`: whatever comes before the server closes is a good answer. */
  readonly answers: "http" | "raw";
  /** For one request, from connect() to its end. */
  readonly timeoutMs: number;
  readonly pace: Pace;
  /** Whether each connection's local address is wanted: asking for it is a system call. */
  readonly withLocals: boolean;
  /** Counts from 0: each generator of a run has local addresses of its own. */
  readonly thread: number;
}

/** How far a generator is. */
export interface GeneratorCounts {
  readonly opened: number;
  readonly connected: number;
  readonly ended: number;
  /** SYNs sent again for connections whose connect() has ended. */
  readonly synResends: number;
  readonly refused: number;
  readonly resets: number;
  readonly failed: number;
}

/** What a generator found out. */
export interface GeneratorResult {
  readonly columns: LedgerColumns;
  /** The one to which requests went at last. */
  readonly address: string;
  readonly serverSoftware: string | null;
  /** When the last connection ended, since the run began. */
  readonly endedMs: number;
}

/** Nothing done. */
export const NO_COUNTS: GeneratorCounts = {
  opened: 0,
  connected: 0,
  ended: 0,
  synResends: 0,
  refused: 0,
  resets: 0,
  failed: 0,
};

/** Several generators together. */
export function sumCounts(counts: readonly GeneratorCounts[]): GeneratorCounts {
  const sum = { ...NO_COUNTS };
  for (const one of counts)
    for (const name of Object.keys(sum) as (keyof GeneratorCounts)[]) sum[name] += one[name];
  return sum;
}
