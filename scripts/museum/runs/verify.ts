/**
 * `museum -- verify`: random scenarios on every kernel against the rules that it was found to follow, and which wrong rules its
 * recordings catch. The guest records, this machine compares.
 *
 * @module
 */
import { join } from "node:path";
import { NEWEST_ERA, rulesOf } from "../../../src/core/model/index.ts";
import { saveMismatch } from "../../../src/system/verify/save-mismatch.ts";
import type { Verification } from "../../../src/system/verify/tally.ts";
import type { MuseumKernel } from "../kernels.ts";
import type { MuseumContext } from "../museum-context.ts";
import { type FactsResult, rulesOfFacts } from "../results/facts-result.ts";
import { readResults } from "../results/result-files.ts";
import type { BatchResult } from "../results/verify-result.ts";
import type { Visit } from "../visit-kernels.ts";
import { otherWaysOf } from "./answers.ts";
import { chooseScenarios } from "./choose-scenarios.ts";
import { type ComparedBatch, compareBatch, recordJob } from "./recorded-batch.ts";
import type { MuseumTask } from "./task.ts";
import { eraDifferences, killMutants } from "./teeth.ts";

/** The command. */
export function verifyTask({ batch, signal, teeth, save }: MuseumContext): MuseumTask {
  const { scenarios, seed, parallel } = batch;
  const chosen = chooserOf(seed, scenarios, teeth);
  const firstPlaces = Array.from({ length: scenarios }, (_, place) => place);
  return {
    name: "verify",
    jobsOf: (kernel) => [
      recordJob("verify", { seed, parallel }, firstPlaces),
      ...(chosen(kernel).length === 0 ? [] : [recordJob("chosen", { seed, parallel }, chosen(kernel))]),
    ],
    take: async (visit) => {
      const compared = await compareBatch(visit, { seed, parallel, signal });
      if (compared !== null) saveMismatches(join(save, visit.record.kernel), compared.verification);
      const batch = compared === null ? null : resultOf(compared, visit);
      const isWell = batch?.mismatches.length === 0;
      return { part: { batch }, isWell, lines: summary(visit.record.kernel, batch) };
    },
  };
}

/** The scenarios beyond the first ones, for each kernel by the rules that it was found to follow when it was asked last. */
function chooserOf(
  seed: number,
  first: number,
  isWanted: boolean,
): (kernel: Pick<MuseumKernel, "id">) => readonly number[] {
  const facts = readResults<FactsResult>("facts");
  const known = new Map<string, readonly number[]>();
  return ({ id }) => {
    if (!isWanted) return [];
    const own = facts.find(({ kernel }) => kernel === id)?.facts ?? null;
    const rules = own === null ? rulesOf(NEWEST_ERA) : rulesOfFacts(own);
    const places = known.get(rules.name) ?? chooseScenarios(rules, { seed, first });
    known.set(rules.name, places);
    return places;
  };
}

function resultOf(compared: ComparedBatch, visit: Visit): BatchResult {
  const { rules, verification, recorded, random, chosen } = compared;
  const { seed, compared: count, events, undecided, endings, coverage, mismatches } = verification;
  const wrong = new Set(mismatches.map(({ scenario }) => scenario.title));
  const agreeing = recorded.filter(({ scenario }) => !wrong.has(scenario.title));
  return {
    ...{ rules: rules.name, seed, random, chosen, compared: count, events, undecided, endings, coverage },
    ...{ seconds: visit.secondsOf("verify"), chosenSeconds: visit.secondsOf("chosen") },
    otherWay: otherWaysOf(recorded, rules),
    discarded: verification.discarded.reduce((sum, { count }) => sum + count, 0),
    mismatches: mismatchWords(verification),
    mutants: killMutants(agreeing, rules),
    differences: eraDifferences(agreeing, rules),
  };
}

/** So that a mismatch can be looked into without a boot. */
function saveMismatches(folder: string, { mismatches }: Verification): void {
  for (const found of mismatches) {
    const [, place = "?"] = /scenario (\d+)/.exec(found.scenario.title) ?? [];
    saveMismatch(folder, `mismatch-${place}`, found);
  }
}

function mismatchWords({ mismatches }: Verification): string[] {
  return mismatches.map(
    ({ scenario, difference }) =>
      `${scenario.title} At ${difference.event}: the model ${difference.expected}, the kernel ${difference.observed}`,
  );
}

function summary(kernel: string, batch: BatchResult | null): string[] {
  if (batch === null) return [`${kernel}: nothing was verified`];
  const { rules, random, chosen, events, undecided, discarded, mismatches, mutants, differences } = batch;
  const missed = mutants.filter(({ caughtAfter }) => caughtAfter === null);
  return [
    `${kernel}, the rules of ${rules}: ${random} scenarios and ${chosen} chosen ones, ${events} events, ${undecided} undecided, ${discarded} discarded, ${mismatches.length} mismatches`,
    ...mismatches.map((words) => `  ${words}`),
    `  ${mutants.length - missed.length} of ${mutants.length} mutants caught${missed.length > 0 ? "; not:" : ""}`,
    ...missed.map(({ name }) => `    ${name}`),
    ...differences.map(
      ({ rule, here, newest, caughtBy }) => `  ${rule} ${newest} instead of ${here}: caught by ${caughtBy}`,
    ),
  ];
}
