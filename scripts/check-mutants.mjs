/**
 * Whether the comparison has teeth: records random scenarios once, then holds every mutant of the running kernel's rules
 * against the recordings and says after how many scenarios each is caught. Needs a build and the right to a lab.
 *
 *     node scripts/check-mutants.mjs [scenarios] [seed]
 *
 * @module
 */
import process from "node:process";
import { checkConformance, mutantsOf } from "../dist/conformance/index.js";
import { withRules } from "../dist/model/index.js";
import { runningRules } from "../dist/verify/running-rules.js";
import { verifyKernel } from "../dist/verify/verify-kernel.js";

const scenarios = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? 1);
const rules = await runningRules();
const recordings = [];
const { signal } = new AbortController();
const onRecorded = (scenario, trace) => recordings.push({ scenario, trace });
const { mismatches } = await verifyKernel({ seed, scenarios, parallel: 150, rules, signal, onRecorded });
// By their place in the series, not by their length, in which they ran.
const placeOf = ({ scenario }) => Number(/scenario (\d+)/.exec(scenario.title)?.[1]);
recordings.sort((a, b) => placeOf(a) - placeOf(b));
const mismatching = new Set(mismatches.map(({ scenario }) => scenario.title));
const sound = recordings.filter(({ scenario }) => !mismatching.has(scenario.title));

let missed = 0;
for (const { name, change } of mutantsOf(rules)) {
  const mutant = withRules(rules, change);
  const place = sound.findIndex(
    ({ scenario, trace }) => checkConformance(scenario, trace, mutant).verdict === "mismatch",
  );
  if (place < 0) missed += 1;
  process.stdout.write(`${place < 0 ? "MISSED" : `caught after ${place + 1}`}: ${name}\n`);
}
process.stdout.write(`${sound.length} of ${recordings.length} recordings, ${missed} mutants missed\n`);
process.exitCode = missed > 0 ? 1 : 0;
