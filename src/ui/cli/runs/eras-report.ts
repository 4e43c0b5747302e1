/**
 * The page of one experiment on several kernels of the model.
 *
 * @module
 */
import {
  type ReportedComparison,
  type ReportedSimulation,
  simulateDocument,
} from "../../../core/report/document/simulate-document.ts";
import { type EraResult, erasPage } from "../../../core/report/page/eras-page.ts";
import { writeOutput } from "../../../system/files/output-file.ts";
import { artifactFiles, NO_FILES } from "../artifacts.ts";

/**
 * Writes it, and returns its name; null where it was not asked for.
 *
 * @param runs one experiment, on one kernel after another
 * @param comparisons of all experiments
 * @param count how many experiments there are: with more than one, the file's name tells which
 */
export function writeErasReport(
  runs: readonly ReportedSimulation[],
  comparisons: readonly ReportedComparison[],
  count: number,
  report: string | undefined,
  seed: number,
): string | null {
  const name = runs[0]?.experiment.name ?? "";
  const file = report === undefined ? null : artifactFiles(name, count, { report }).report;
  if (file === null) return null;
  const own = comparisons.filter(({ experiment }) => experiment === name);
  const results = runs.flatMap(eraResult);
  const pairs = own.flatMap(({ one, other, comparison }) => {
    const find = (wanted: string) => results.find(({ rules }) => rules.name === wanted);
    const [mine, yours] = [find(one.name), find(other.name)];
    return mine === undefined || yours === undefined ? [] : [{ one: mine, other: yours, comparison }];
  });
  writeOutput(
    "--report",
    file,
    erasPage(results, pairs, simulateDocument(seed, runs.map(withoutFiles), own)),
  );
  return file;
}

function eraResult(result: ReportedSimulation): EraResult[] {
  const { scenario, trace, rules } = result;
  return scenario === null || trace === null ? [] : [{ rules, result: { ...result, scenario, trace } }];
}

function withoutFiles(run: ReportedSimulation): ReportedSimulation {
  return { ...run, artifacts: NO_FILES };
}
