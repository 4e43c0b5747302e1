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
import type { FactsResult } from "../results/facts-result.ts";
import { table } from "./markdown.ts";

type Rule = keyof typeof RULE_WORDS;

/** The experiment that shows a rule; the others only `verify` meets. */
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

/** A row for each rule, a column for each kernel that was asked. A value that changes from one to the next is bold. */
export function rulesPart(results: readonly FactsResult[]): string[] {
  const asked = results.flatMap(({ kernel, facts }) => (facts === null ? [] : [{ kernel, facts }]));
  const newest = rulesOf(NEWEST_ERA);
  const rows = (Object.keys(RULE_WORDS) as Rule[]).map((rule) => {
    const values = asked.map(
      ({ facts }) => facts.differs[rule] ?? String(newest[rule satisfies keyof KernelRules]),
    );
    const cells = values.map((value, place) =>
      place > 0 && value !== values[place - 1] ? `**${value}**` : value,
    );
    return [`\`${rule}\``, ...cells, shownBy(rule)];
  });
  return table(["rule", ...asked.map(({ kernel }) => kernel), "shown by"], rows);
}

function shownBy(rule: Rule): string {
  const experiment = SHOWN_BY[rule];
  return experiment === undefined ? "[verify](verify.md)" : `[${experiment}](experiments.md#${experiment})`;
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
