/**
 * How an experiment ended, from what became of its claims.
 *
 * @module
 */
import type { ClaimResult } from "./experiment.ts";

/** How an experiment ended; `"interrupted"` where nothing failed, and a claim was not reached. */
export type Verdict = "holds" | "does not hold" | "interrupted" | "not supported";

/** The verdict of an experiment that was run. */
export function verdictOn(claims: readonly ClaimResult[]): "holds" | "does not hold" | "interrupted" {
  if (claims.every((claim) => claim.holds)) return "holds";
  return claims.some((claim) => hasFailed(claim)) ? "does not hold" : "interrupted";
}

/** Whether a claim does not hold, of a run that went far enough to tell. */
export function hasFailed({ holds, reached }: ClaimResult): boolean {
  return reached && !holds;
}
