/**
 * Whether the comparison has teeth: records random scenarios once, then holds every mutant of the running kernel's rules
 * against the recordings and says after how many scenarios each is caught. Needs a build and the right to a lab.
 *
 *     node scripts/check-mutants.mjs [scenarios] [seed] [folder]
 *
 * With a folder, a few recordings that catch all mutants between them are kept there; test/conformance replays them.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { clientMutantsOf, compareRecording, mutantsOf } from "../dist/core/compare/kernel/index.js";
import { withRules } from "../dist/core/model/index.js";
import { printScenario } from "../dist/core/scenario/index.js";
import { runScenario } from "../dist/system/lab/run-scenario.js";
import { runningRules } from "../dist/system/probe/running-rules.js";
import { verifyKernel } from "../dist/system/verify/verify-kernel.js";

const scenarios = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? 1);
const folder = process.argv[4];
const rules = await runningRules(runScenario);
const recordings = await record();
const catchers = [...mutantsOf(rules), ...clientMutantsOf(rules)].map((mutant) => ({
  name: mutant.name,
  by: recordings.filter(catches(mutant)),
}));
for (const { name, by } of catchers) {
  const words =
    by[0] === undefined
      ? "MISSED"
      : `caught after ${by[0].place + 1}, by ${by.length} of ${recordings.length}`;
  process.stdout.write(`${words}: ${name}\n`);
}
const missed = catchers.filter(({ by }) => by.length === 0).length;
process.stdout.write(
  `${recordings.length} of ${scenarios} recordings, ${missed} of ${catchers.length} mutants missed\n`,
);
process.exitCode = missed > 0 ? 1 : 0;
if (folder !== undefined) keepFew(folder);

/** Recordings that conform, by their place in the series, not by their length, in which they ran. */
async function record() {
  const all = [];
  const { signal } = new AbortController();
  const onRecorded = (scenario, trace) => all.push({ place: placeOf(scenario), scenario, trace });
  const { mismatches } = await verifyKernel({ seed, scenarios, parallel: 150, rules, signal, onRecorded });
  const mismatching = new Set(mismatches.map(({ scenario }) => placeOf(scenario)));
  return all.filter(({ place }) => !mismatching.has(place)).sort((a, b) => a.place - b.place);
}

function placeOf({ title }) {
  return Number(/scenario (\d+)/.exec(title)?.[1]);
}

function catches({ change }) {
  const mutant = withRules(rules, change);
  return ({ scenario, trace }) => compareRecording(scenario, trace, mutant).mismatch !== null;
}

/** Takes the recording that catches most of what is left, until nothing is. */
function keepFew(target) {
  mkdirSync(target, { recursive: true });
  let left = catchers.filter(({ by }) => by.length > 0);
  while (left.length > 0) {
    const caughtBy = (recording) => left.filter(({ by }) => by.includes(recording));
    const score = (recording) => caughtBy(recording).length - JSON.stringify(recording.trace).length / 1e6;
    const best = recordings.reduce((a, b) => (score(b) > score(a) ? b : a));
    const file = join(target, `seed-${seed}-scenario-${best.place}`);
    writeFileSync(`${file}.yaml`, printScenario(best.scenario));
    writeFileSync(`${file}.trace.json`, `${JSON.stringify(best.trace)}\n`);
    const caught = caughtBy(best);
    left = left.filter((mutant) => !caught.includes(mutant));
  }
}
