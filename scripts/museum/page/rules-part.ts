/**
 * The rules by kernel for docs/kernel.md, each with the experiment that shows it, and the eras that no kernel here has.
 *
 * @module
 */
import {
  ERA_NAMES,
  isFromSourceOnly,
  type KernelRules,
  NEWEST_ERA,
  RULE_WORDS,
  rulesOf,
} from "../../../src/core/model/index.ts";
import { type FactsResult, rulesOfFacts } from "../results/facts-result.ts";
import type { LabResult } from "../results/lab-result.ts";
import type { BatchResult, VerifyResult } from "../results/verify-result.ts";
import { ASKED_RULES } from "../rule-coverage.ts";
import { mutantsFor } from "../runs/teeth.ts";
import { table } from "./markdown.ts";

type Rule = keyof typeof RULE_WORDS;

/** The experiment that shows a rule. */
const SHOWN_BY: Partial<Readonly<Record<Rule, string>>> = {
  somaxconnDefault: "somaxconn-per-namespace",
  synQueueBound: "syn-queue",
  synQueueTest: "syn-queue",
  acceptQueueTest: "capacity",
  youngRequestsThatExcuse: "overflow-loopback",
  countsRefusedSyns: "drop-counters",
  countsSynQueueFull: "drop-counters",
  countsListenerDrops: "drop-counters",
  dropsPerSwallowedPacket: "drop-counters",
  cookieCountsAsDrop: "cookie-overflow",
  lastShare: "syn-queue",
  requestTimer: "synack-ladder",
  firstTimeoutMs: "synack-ladder",
  pruneBound: "pruning",
  pruneFloor: "pruning",
  pruneLeastRetries: "pruning",
  requestsOutliveListener: "close-with-pending",
  hasFastOpen: "fast-open",
  linearTimeoutsDefault: "syn-retry-ladder",
};

/** What the museum knows of its kernels. */
export interface Evidence {
  readonly facts: readonly FactsResult[];
  readonly lab: readonly LabResult[];
  readonly verify: readonly VerifyResult[];
}

/**
 * A row for each rule, a column for each kernel that was asked. A value that changes from one to the next is bold; each leads to what shows
 * it on that kernel, and one that nothing shows leads nowhere.
 */
export function rulesPart(evidence: Evidence): string[] {
  const asked = evidence.facts.flatMap(({ kernel, facts }) => (facts === null ? [] : [{ kernel, facts }]));
  const newest = rulesOf(NEWEST_ERA);
  const rows = (Object.keys(RULE_WORDS) as Rule[]).map((rule) => {
    const values = asked.map(({ facts }) => facts.differs[rule] ?? String(newest[rule]));
    const cells = values.map((value, place) => {
      const text = place > 0 && value !== values[place - 1] ? `**${value}**` : value;
      const target = shownBy(rule, asked[place]?.kernel ?? "", evidence);
      return target === null ? text : `[${text}](${target})`;
    });
    return [`\`${rule}\``, ...cells];
  });
  return table(["rule", ...asked.map(({ kernel }) => kernel)], rows);
}

/** An experiment that holds there, else recordings that catch another value, else what the kernel was asked. */
function shownBy(rule: Rule, kernel: string, { facts, lab, verify }: Evidence): string | null {
  const experiment = SHOWN_BY[rule];
  const experiments = lab.find((one) => one.kernel === kernel)?.experiments ?? [];
  if (experiments.some(({ name, verdict }) => name === experiment && verdict === "holds"))
    return `experiments.md#${experiment}`;
  const own = facts.find((one) => one.kernel === kernel)?.facts ?? null;
  const batch = verify.find((one) => one.kernel === kernel)?.batch ?? null;
  if (own !== null && batch !== null && isCaught(rule, rulesOfFacts(own), batch)) return "kernels.md#verify";
  return ASKED_RULES.has(rule) ? "kernels.md#predicted-and-found" : null;
}

function isCaught(rule: Rule, rules: KernelRules, { mutants }: BatchResult): boolean {
  const ofRule = mutantsFor(rules).filter(({ change }) => rule in change);
  return ofRule.some(({ name }) => mutants.some((one) => one.name === name && one.caughtAfter !== null));
}

/** Which kernels each era was held against. */
export function erasPart(results: readonly FactsResult[]): string[] {
  const rows = ERA_NAMES.map((era) => {
    const kernels = results.filter(({ facts }) => facts !== null && eraOfRules(facts.rules) === era);
    const words = kernels.map(({ kernel }) => kernel).join(", ");
    return [era, isFromSourceOnly(era) ? "from source only" : words];
  });
  return table(["era", "kernels it was held against"], rows);
}

function eraOfRules(name: string): string {
  return name.split(" ")[0] ?? "";
}
