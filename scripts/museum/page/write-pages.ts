/**
 * docs/kernels.md and docs/kernel.md: the parts between their marks are made from the kept results, so that page and results agree. What stands outside of
 * the marks was written by hand.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { FactsResult } from "../results/facts-result.ts";
import type { LabResult } from "../results/lab-result.ts";
import type { LiveResult } from "../results/live-result.ts";
import { readResults } from "../results/result-files.ts";
import type { VerifyResult } from "../results/verify-result.ts";
import { failuresPart, kernelsPart, pairsPart, predictionsPart } from "./kernels-part.ts";
import { labPart } from "./lab-part.ts";
import { livePart } from "./live-part.ts";
import { erasPart, rulesPart } from "./rules-part.ts";
import { verifyPart } from "./verify-part.ts";

/** Writes the pages; with `isCheck` only says whether they are as they would be written. Returns an exit code. */
export function writePages(isCheck: boolean): number {
  const stale = Object.entries(partsOf()).filter(([file, parts]) => {
    const page = readFileSync(file, "utf8");
    const made = fillParts(page, parts, file);
    if (!isCheck) writeFileSync(file, made);
    return isCheck && made !== page;
  });
  for (const [file] of stale)
    process.stderr.write(`${file} is not as the museum's results are: npm run museum -- page\n`);
  return stale.length > 0 ? 1 : 0;
}

/** The page with each marked part replaced. @throws {Error} for a part that the page has no marks for */
export function fillParts(
  page: string,
  parts: Readonly<Record<string, readonly string[]>>,
  file: string,
): string {
  return Object.entries(parts).reduce((text, [name, lines]) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`${file} lacks ${begin} or ${end}`);
    return `${before}${begin}\n${lines.join("\n").trim()}\n${end}${after}`;
  }, page);
}

/** By page, then by mark. */
function partsOf(): Record<string, Record<string, string[]>> {
  const facts = readResults<FactsResult>("facts");
  const lab = readResults<LabResult>("lab");
  const verify = readResults<VerifyResult>("verify");
  const live = readResults<LiveResult>("live");
  const failures = failuresPart([...facts, ...lab, ...verify, ...live]);
  return {
    "docs/kernels.md": {
      kernels: kernelsPart(facts),
      predictions: predictionsPart(facts),
      pairs: pairsPart(facts, verify),
      experiments: labPart(lab),
      verify: verifyPart(verify),
      live: livePart(live),
      failures: failures.length === 0 ? ["Every guest came to its end."] : failures,
    },
    "docs/kernel.md": { eras: erasPart(facts), "rules by kernel": rulesPart({ facts, lab, verify }) },
  };
}
