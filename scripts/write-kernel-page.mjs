/**
 * The table of rules in docs/kernel.md, made from the eras, the words of the rules and their evidence, so that none of them
 * can drift from the others. With `--check` it only says whether the page is as it would be made. Needs a build.
 *
 *     node scripts/write-kernel-page.mjs [--check]
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { ERAS } from "../dist/core/model/index.js";
import { RULE_WORDS } from "../dist/core/model/rules/rule-words.js";
import { EVIDENCE } from "./kernel-evidence.mjs";

const PAGE = "docs/kernel.md";
const [BEGIN, END] = ["<!-- rules: begin -->", "<!-- rules: end -->"];

const page = readFileSync(PAGE, "utf8");
const [before, rest] = page.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) throw new Error(`${PAGE} lacks ${BEGIN} or ${END}`);
const made = `${before}${BEGIN}\n${table().join("\n")}\n${END}${after}`;
if (!process.argv.includes("--check")) writeFileSync(PAGE, made);
else if (made !== page) {
  console.error(`${PAGE} is not as the rules are: node scripts/write-kernel-page.mjs`);
  process.exitCode = 1;
}

function table() {
  const rows = Object.entries(RULE_WORDS).map(([rule, { about, where }]) => {
    const evidence = EVIDENCE[rule];
    if (evidence === undefined) throw new Error(`scripts/kernel-evidence.mjs says nothing about ${rule}`);
    return `| \`${rule}\`: ${about} | ${byEra(rule)} | \`${where}\` | ${evidence} |`;
  });
  const unknown = Object.keys(EVIDENCE).filter((rule) => !(rule in RULE_WORDS));
  if (unknown.length > 0) throw new Error(`no such rules: ${unknown.join(", ")}`);
  return ["| rule | by era | where | seen |", "| --- | --- | --- | --- |", ...rows];
}

/** A value, and from which era on it holds. */
function byEra(rule) {
  const changes = ERAS.filter((era, place) => place === 0 || era[rule] !== ERAS[place - 1][rule]);
  return changes.map((era, place) => `${era[rule]}${place === 0 ? "" : ` since ${era.name}`}`).join(", ");
}
