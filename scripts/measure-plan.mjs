// Holds `listenq plan` against this kernel: random loads whose refused share spans 0 to 60 %, each predicted by the model and
// then run in the lab. Prints one row a case, and what docs/plan.md says about them. Needs a build, and root or user namespaces.
//
// usage: node scripts/measure-plan.mjs [--cases 40] [--seed 1] [--only 21-40] [--json FILE]
//
// --only measures a part of the cases, so that they can be taken in slices.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { rulesOf } from "../dist/core/model/index.js";
import { latenessOf, predictRun, proofOf, refusedShareIn } from "../dist/core/plan/index.js";
import { predict } from "../dist/core/plan/predict.js";
import { runScenario } from "../dist/system/lab/run-scenario.js";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

/** As in `--prove`: a machine that was later than that with a look, a connect() or a packet shows nothing. */
const DISTURBED_MS = 20;
const MOST_TRIES = 6;
/** The lab's server looks at its queue every 4 ms. */
const LOOK_MS = 4;
const RULES = rulesOf("6.14");

const source = xoroshiro128plus(Number(values.seed));
const between = (least, most) => least + (most - least) * uniformFloat64(source);

/** A load that the lab can carry, and a backlog at which about the wanted share is refused. */
function randomCase(place, count) {
  const ratePerSecond = Math.round(between(100, 500));
  const pauseMs = Math.round(between(150, 700));
  const recurs = uniformFloat64(source) < 0.6;
  const patienceMs = Math.round(between(500, 4000));
  const demand = {
    ratePerSecond,
    arrivals: uniformFloat64(source) < 0.8 ? "poisson" : "even",
    pauseMs,
    pauseEveryMs: recurs ? Math.round(pauseMs + between(400, 1500)) : null,
    acceptMs: LOOK_MS / Math.ceil((2 * ratePerSecond * LOOK_MS) / 1000),
    acceptors: 1,
    patienceMs,
    roundTripMs: Math.round(between(1, 10)),
    share: 0.999,
  };
  const wanted = (0.6 * place) / Math.max(1, count - 1);
  return { demand, backlog: backlogFor(demand, wanted) };
}

/** The backlog whose predicted share is nearest: refused SYNs that come back make it another one than arithmetic's. */
function backlogFor(demand, wanted) {
  let [least, most] = [0, Math.ceil((demand.ratePerSecond * demand.pauseMs) / 500)];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    const { refused } = predict(demand, middle, { rules: RULES, seed: 1, runs: 8, withEcho: false });
    if (refused.mean > wanted) least = middle;
    else most = middle;
  }
  return most;
}

/** What rate x pause says: who does not fit of those that come in one pause. */
function shareByArithmetic({ ratePerSecond, pauseMs }, backlog) {
  const mean = (ratePerSecond * pauseMs) / 1000;
  return Math.max(0, (mean - (backlog + 1)) / mean);
}

async function measure({ demand, backlog }, seed) {
  const predicted = predictRun(demand, backlog, { rules: RULES, seed, withEcho: false });
  const proof = proofOf(demand, backlog, seed);
  for (let tries = 1; ; tries += 1) {
    const { trace } = await runScenario(proof.scenario);
    const lateMs = latenessOf(proof, trace);
    const share = refusedShareIn(proof, trace);
    const isDisturbed = lateMs > DISTURBED_MS;
    if (!isDisturbed || tries === MOST_TRIES)
      return {
        demand,
        backlog,
        predicted,
        share,
        lateMs,
        isDisturbed,
        byArithmetic: shareByArithmetic(demand, backlog),
      };
  }
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const count = Number(values.cases);
const [first, last] = (values.only ?? `1-${count}`).split("-").map(Number);
const results = [];
for (let place = 0; place < count; place += 1) {
  const one = randomCase(place, count);
  if (place + 1 < first || place + 1 > last) continue;
  const result = await measure(one, 1000 + place);
  results.push(result);
  const { demand, backlog, predicted, share, isDisturbed, lateMs } = result;
  const isInside = share >= predicted.low && share <= predicted.high;
  const every = demand.pauseEveryMs === null ? "once" : `every ${demand.pauseEveryMs} ms`;
  process.stdout.write(
    `${place + 1}: ${demand.ratePerSecond}/s ${demand.arrivals}, ${demand.pauseMs} ms ${every}, patience ${demand.patienceMs} ms, backlog ${backlog}: ` +
      `${percent(predicted.low)} to ${percent(predicted.high)}, lab ${percent(share)}${isInside ? "" : "  OUTSIDE"}${isDisturbed ? `  (machine late by ${Math.round(lateMs)} ms)` : ""}\n`,
  );
}

const inside = results.filter(({ share, predicted }) => share >= predicted.low && share <= predicted.high);
const wide = results.filter(({ predicted: { low, high, mean } }) => high - low > Math.max(0.05, mean / 2));
const patient = results.filter(({ demand }) => demand.patienceMs > 1000);
const meanError = (read) =>
  patient.reduce((sum, result) => sum + Math.abs(read(result) - result.share), 0) /
  Math.max(1, patient.length);
const [ofModel, ofArithmetic] = [
  meanError(({ predicted }) => predicted.mean),
  meanError(({ byArithmetic }) => byArithmetic),
];
process.stdout.write(
  `\nin the stated interval: ${inside.length} of ${results.length}; disturbed runs: ${results.filter(({ isDisturbed }) => isDisturbed).length}\n` +
    `intervals wider than 5 points and than half the value: ${wide.length}\n` +
    `shares in the lab: ${percent(Math.min(...results.map(({ share }) => share)))} to ${percent(Math.max(...results.map(({ share }) => share)))}\n` +
    `patience above 1 s (${patient.length} cases): mean error of the model ${percent(ofModel)}, of rate x pause ${percent(ofArithmetic)}\n`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
