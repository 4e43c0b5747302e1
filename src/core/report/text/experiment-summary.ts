/**
 * Several experiments' verdicts as one table: the last thing on the screen after a run of many.
 *
 * @module
 */

import type { Verdict } from "../../experiment/index.ts";
import { columns } from "../layout/columns.ts";
import type { Paint } from "../layout/paint.ts";
import { type ReportedExperiment, VERDICT_TONES } from "./experiment-text.ts";

/** What the table tells of one experiment. */
export type SummarizedExperiment = Pick<ReportedExperiment, "claims" | "verdict" | "trace" | "reason"> & {
  readonly experiment: Pick<ReportedExperiment["experiment"], "name" | "question">;
};

const VERDICTS: readonly Verdict[] = ["holds", "does not hold", "interrupted", "not supported"];

/** One line an experiment, and one for all. */
export function formatSummary(results: readonly SummarizedExperiment[], paint: Paint): string {
  const rows = results.map((result) => [
    result.experiment.name,
    tellVerdict(result, paint),
    `${result.claims.filter((claim) => claim.holds).length} of ${result.claims.length}`,
    String(result.trace?.packets.length ?? "-"),
    result.experiment.question,
  ]);
  const countOf = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const told = VERDICTS.filter((verdict) => verdict !== "interrupted" || countOf(verdict) > 0);
  const counts = told.map((verdict) => `${countOf(verdict)} ${verdict}`);
  const head = ["experiment", "verdict", "claims", "packets", "question"];
  return [...columns(head, rows, [3]), "", `${results.length} experiments: ${counts.join(", ")}.`].join("\n");
}

function tellVerdict({ verdict }: SummarizedExperiment, paint: Paint): string {
  return paint(VERDICT_TONES[verdict], verdict);
}
