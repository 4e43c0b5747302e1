/**
 * `museum -- verify`: random scenarios on every kernel against the rules that it was found to follow, and which wrong rules its
 * recordings catch.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import type { RecordedBatch, RecordedScenario } from "../guest/record-scenarios.ts";
import type { MuseumContext } from "../museum-context.ts";
import { keepResult } from "../results/result-files.ts";
import type { BatchResult, VerifyResult } from "../results/verify-result.ts";
import { exitCodeOf, parsed, visitKernels } from "../visit-kernels.ts";
import { eraDifferences, killMutants } from "./teeth.ts";

/** A guest needs so long for a scenario, by its own clock, at the most. */
const LIMIT_MS_PER_SCENARIO = 60_000;

/** Runs the command. */
export async function runVerify(context: MuseumContext): Promise<number> {
  const { scenarios, seed, parallel } = context.batch;
  const command = ["node", "/museum/record-scenarios.mjs", ...[scenarios, seed, parallel].map(String)];
  const jobs = [{ name: "verify", command, limitMs: scenarios * LIMIT_MS_PER_SCENARIO }];
  const all: VerifyResult[] = [];
  await visitKernels(context, jobs, ({ record, answerOf }) => {
    const batch = parsed<RecordedBatch>(answerOf("verify"));
    const result = { ...record, batch: batch === null ? null : batchResult(batch) };
    if (record.how !== "interrupted") keepResult("verify", result, context.results);
    all.push(result);
    for (const line of summary(result)) process.stdout.write(`${line}\n`);
  });
  return exitCodeOf(
    all,
    all.every(({ batch }) => batch !== null && batch.mismatches.length === 0),
  );
}

function batchResult({ rules, verification, recordings }: RecordedBatch): BatchResult {
  const recorded = JSON.parse(gunzipSync(Buffer.from(recordings, "base64")).toString()) as RecordedScenario[];
  const { seed, compared, events, undecided, endings, coverage, mismatches, discarded } = verification;
  const wrong = new Set(mismatches.map(({ scenario }) => scenario.title));
  const agreeing = recorded.filter(({ scenario }) => !wrong.has(scenario.title));
  return {
    ...{ rules: rules.name, seed, compared, events, undecided, endings, coverage },
    discarded: discarded.reduce((sum, { count }) => sum + count, 0),
    mismatches: mismatches.map(
      ({ scenario, difference }) =>
        `${scenario.title} At ${difference.event}: the model ${difference.expected}, the kernel ${difference.observed}`,
    ),
    mutants: killMutants(agreeing, rules),
    differences: eraDifferences(agreeing, rules),
  };
}

function summary({ kernel, batch }: VerifyResult): string[] {
  if (batch === null) return [`${kernel}: nothing was verified`];
  const { rules, compared, events, undecided, mismatches, mutants, differences } = batch;
  const missed = mutants.filter(({ caughtAfter }) => caughtAfter === null);
  return [
    `${kernel}, the rules of ${rules}: ${compared} scenarios, ${events} events, ${undecided} undecided, ${mismatches.length} mismatches`,
    ...mismatches.map((words) => `  ${words}`),
    `  ${mutants.length - missed.length} of ${mutants.length} mutants caught${missed.length > 0 ? "; not:" : ""}`,
    ...missed.map(({ name }) => `    ${name}`),
    ...differences.map(
      ({ rule, here, newest, caughtBy }) => `  ${rule} ${newest} instead of ${here}: caught by ${caughtBy}`,
    ),
  ];
}
