/**
 * The experiments by kernel, and which claims do not hold.
 *
 * @module
 */
import type { ExperimentRecord, LabResult } from "../results/lab-result.ts";
import { listed, table } from "./markdown.ts";

const WORDS: Readonly<Record<string, string>> = { holds: "holds", "does not hold": "**does not hold**" };

/** The catalogue by kernel. */
export function labPart(results: readonly LabResult[]): string[] {
  const names = [...new Set(results.flatMap(({ experiments }) => experiments.map(({ name }) => name)))];
  const rows = names.map((name) => [
    `\`${name}\``,
    ...results.map(({ experiments }) => cell(experiments.find((one) => one.name === name))),
  ]);
  const failing = results.flatMap(({ kernel, experiments }) =>
    experiments.flatMap((one) => failed(kernel, one)),
  );
  return [
    ...table(["experiment", ...results.map(({ kernel }) => kernel)], rows),
    "",
    ...(failing.length === 0 ? ["Every claim holds on every one of them."] : failing),
    "",
    ...results.map(
      ({ kernel, visitorExperiments }) =>
        `- As an ordinary user on ${kernel}: ${asVisitor(visitorExperiments)}.`,
    ),
  ];
}

function cell(experiment: ExperimentRecord | undefined): string {
  if (experiment === undefined) return "not run";
  const { verdict, claims } = experiment;
  return `${WORDS[verdict] ?? verdict}, ${claims.filter(({ holds }) => holds).length} of ${claims.length}`;
}

function failed(kernel: string, { name, verdict, reason, claims }: ExperimentRecord): string[] {
  if (verdict === "holds") return [];
  const wrong = claims.filter(({ holds }) => !holds).map(({ id, text }) => text ?? id);
  return [`- ${kernel}, \`${name}\` ${verdict}: ${reason ?? listed(wrong, "no claim was checked")}`];
}

function asVisitor(experiments: readonly ExperimentRecord[]): string {
  return listed(
    experiments.map(({ name, verdict }) => `\`${name}\` ${verdict}`),
    "nothing was run",
  );
}
