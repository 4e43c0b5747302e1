/**
 * Which kernels there are, what each was found to be, and what was predicted of it.
 *
 * @module
 */
import { NEWEST_ERA, rulesOf } from "../../../src/core/model/index.ts";
import { MUSEUM } from "../kernels.ts";
import { PREDICTIONS } from "../predictions.ts";
import type { FactsResult, KernelFacts } from "../results/facts-result.ts";
import type { GuestRecord } from "../results/guest-record.ts";
import type { VerifyResult } from "../results/verify-result.ts";
import { ASKED_RULES } from "../rule-coverage.ts";
import { table } from "./markdown.ts";

/** A kernel that has answered. */
interface Asked {
  readonly kernel: string;
  readonly facts: KernelFacts;
}

/** The kernels. */
export function kernelsPart(results: readonly FactsResult[]): string[] {
  const rows = MUSEUM.map(({ id, suite, why }) => {
    const result = results.find(({ kernel }) => kernel === id);
    const facts = result?.facts ?? null;
    const stands = result?.neighbour == null ? id : `${id} (by ${result.neighbour})`;
    return [
      stands,
      facts === null ? "not run" : `\`${facts.release}\``,
      suite,
      why,
      facts === null ? "" : `\`${facts.rules}\``,
    ];
  });
  return table(["kernel", "`uname -r`", "suite", "why it is here", "the rules that `this` stands for"], rows);
}

/** What was predicted, what was found, and which predictions were wrong. */
export function predictionsPart(results: readonly FactsResult[]): string[] {
  const asked = answered(results);
  const rows = PREDICTIONS.map(({ about, expected, found }) => [
    about,
    ...asked.map(({ kernel, facts }) => {
      const [was, is] = [expected(kernel), found(facts)];
      return was === is ? is : `**${is}**, not ${was}`;
    }),
  ]);
  const wrong = PREDICTIONS.flatMap((one) => wrongOn(one, asked));
  return [
    ...table(["", ...asked.map(({ kernel }) => kernel)], rows),
    "",
    ...(wrong.length === 0
      ? ["Every prediction was right."]
      : ["These predictions were wrong:", "", ...wrong]),
  ];
}

function wrongOn(
  { about, because, expected, found }: (typeof PREDICTIONS)[number],
  asked: readonly Asked[],
): string[] {
  const kernels = asked.filter(({ kernel, facts }) => expected(kernel) !== found(facts));
  if (kernels.length === 0) return [];
  return [
    `- ${about}: wrong on ${kernels.map(({ kernel }) => kernel).join(", ")}. It was predicted because: ${because}.`,
  ];
}

/** For each rule that differs between two kernels next to each other in the museum, the pair, and how it is known. */
export function pairsPart(results: readonly FactsResult[], verified: readonly VerifyResult[]): string[] {
  const asked = answered(results);
  const rows = asked.slice(1).flatMap((newer, place) => {
    const older = asked[place] as Asked;
    const rules = new Set([...Object.keys(older.facts.differs), ...Object.keys(newer.facts.differs)]);
    return [...rules].flatMap((rule) => {
      const [was, is] = [older, newer].map(({ facts }) => facts.differs[rule] ?? newestValue(rule));
      const known = ASKED_RULES.has(rule) ? "both were asked" : byRecordings(rule, verified);
      return was === is ? [] : [[`\`${rule}\``, `${older.kernel}: ${was}`, `${newer.kernel}: ${is}`, known]];
    });
  });
  return table(["rule", "the last with one value", "the first with the other", "how it is known"], rows);
}

/** Recordings of older kernels that the newest era's value does not explain. */
function byRecordings(rule: string, verified: readonly VerifyResult[]): string {
  const kernels = verified.filter(({ batch }) =>
    batch?.differences.some((one) => one.rule === rule && one.caughtBy > 0),
  );
  return kernels.length === 0
    ? "by the versions alone"
    : `recordings of ${kernels.map(({ kernel }) => kernel).join(", ")} agree with the older value only`;
}

/** What a rule is in the newest era, in which a kernel is as long as nothing else was found. */
function newestValue(rule: string): string {
  return String(new Map(Object.entries(rulesOf(NEWEST_ERA))).get(rule));
}

function answered(results: readonly FactsResult[]): Asked[] {
  return results.flatMap(({ kernel, facts }) => (facts === null ? [] : [{ kernel, facts }]));
}

/** Guests that did not come to their end, with the end of their consoles. */
export function failuresPart(results: readonly GuestRecord[]): string[] {
  return results
    .filter(({ how }) => how !== "done")
    .flatMap(({ kernel, how, console }) => [
      `${kernel}: ${how}. The end of its console:`,
      "",
      "```",
      ...console,
      "```",
      "",
    ]);
}
