/**
 * Several experiments' verdicts as one table: the last thing on the screen after a run of many.
 *
 * @module
 */

import { columns } from "../layout/columns.ts";
import type { Paint } from "../layout/paint.ts";
import type { ReportedExperiment } from "./experiment-text.ts";

/** What the table tells of one experiment. */
export type SummarizedExperiment = Pick<ReportedExperiment, "claims" | "verdict" | "trace" | "reason"> & {
  readonly experiment: Pick<ReportedExperiment["experiment"], "name" | "question">;
};

/** One line an experiment, and one for all. */
export function formatSummary(results: readonly SummarizedExperiment[], paint: Paint): string {
  const rows = results.map((result) => [
    result.experiment.name,
    tellVerdict(result, paint),
    `${result.claims.filter((claim) => claim.holds).length} of ${result.claims.length}`,
    String(result.trace?.packets.length ?? "-"),
    result.experiment.question,
  ]);
  const counts = ["holds", "does not hold", "not supported"].map((verdict) => {
    return `${results.filter((result) => result.verdict === verdict).length} ${verdict}`;
  });
  const head = ["experiment", "verdict", "claims", "packets", "question"];
  return [...columns(head, rows, [3]), "", `${results.length} experiments: ${counts.join(", ")}.`].join("\n");
}

function tellVerdict({ verdict }: SummarizedExperiment, paint: Paint): string {
  const tones = { holds: "good", "does not hold": "bad", "not supported": "warning" } as const;
  return paint(tones[verdict], verdict);
}
