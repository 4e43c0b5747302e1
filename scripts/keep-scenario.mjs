/**
 * Runs scenarios on this kernel and keeps what it did beside them, for test/conformance: `NAME.trace.json` beside `NAME.yaml`.
 * Says whether the model conforms. Needs a build and the right to a lab.
 *
 *     node scripts/keep-scenario.mjs test/conformance/kept/NAME.yaml ...
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { checkConformance } from "../dist/core/compare/kernel/index.js";
import { parseScenario } from "../dist/core/scenario/index.js";
import { runScenario } from "../dist/system/lab/run-scenario.js";
import { runningRules } from "../dist/system/probe/running-rules.js";

const rules = await runningRules(runScenario);
for (const file of process.argv.slice(2)) {
  const scenario = parseScenario(readFileSync(file, "utf8"), file);
  const { trace } = await runScenario(scenario, { sampleEveryMs: null });
  writeFileSync(file.replace(/\.yaml$/, ".trace.json"), `${JSON.stringify(trace)}\n`);
  const { verdict, mismatch, coverage } = checkConformance(scenario, trace, rules);
  process.stdout.write(`${file}: ${verdict} ${JSON.stringify(Object.fromEntries(coverage))}\n`);
  if (mismatch !== null)
    process.stdout.write(`  ${mismatch.event}: ${mismatch.expected} | ${mismatch.observed}\n`);
}
