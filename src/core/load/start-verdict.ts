/**
 * The generator's verdict on itself: whether connections were opened when the schedule wanted them. A late generator measures
 * itself, so this is said before anything about the server.
 *
 * @module
 */

import type { LoadRun } from "./load-facts.ts";
import { OWN_FAILURES } from "./load-failure.ts";
import { quantileOf } from "./quantiles.ts";

/** How late connections were opened, and what that means. */
export interface StartVerdict {
  /** False: what was measured is partly the generator itself. */
  readonly isKept: boolean;
  /** From the wanted moment to connect(), in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** How many were opened more than `LATE_MS` late. */
  readonly late: number;
  /** Wanted and never opened, because the run was ended. */
  readonly unopened: number;
  /** Connections that this machine could not open: ports, descriptors, memory. */
  readonly ownFailures: number;
}

/** Of the start error, what 99 of 100 connections must stay below. Connect times are told to the millisecond. */
export const LATE_MS = 1;

/** Null in a closed loop, which has no schedule to keep. */
export function startVerdict(run: LoadRun): StartVerdict | null {
  if (run.schedule === null) return null;
  const errors = Float64Array.from(run.requests, ({ at, intendedAt }) => Math.max(0, at - intendedAt)).sort();
  const ownFailures = run.requests.filter(
    ({ failure }) => failure !== null && OWN_FAILURES.includes(failure),
  ).length;
  const p99Ms = quantileOf(errors, 0.99) ?? 0;
  return {
    isKept: errors.length > 0 && p99Ms < LATE_MS && ownFailures === 0,
    p50Ms: quantileOf(errors, 0.5) ?? 0,
    p99Ms,
    mostMs: errors.at(-1) ?? 0,
    late: errors.filter((ms) => ms >= LATE_MS).length,
    unopened: run.requested - run.requests.length,
    ownFailures,
  };
}
