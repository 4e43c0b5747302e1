/**
 * How much of what a full accept queue did in simulated scenarios the explainer finds, and how often it sees what was not there.
 * LISTENQ_EXPLAIN_SCENARIOS and LISTENQ_SEED make it longer and another; `scripts/measure-explain.mjs` prints the table of docs/explain.md.
 */
import { expect, it } from "vitest";
import { NEWEST_ERA, rulesOf, simulate } from "../../../src/core/model/index.ts";
import { emptyScore, scoreRecording, writeScore } from "../../support/explain-truth.ts";
import { variedScenario } from "../../support/varied-scenario.ts";

const SCENARIOS = Number(process.env["LISTENQ_EXPLAIN_SCENARIOS"] ?? 150);
const SEED = Number(process.env["LISTENQ_SEED"] ?? 11);

/** Fixed on seeds 501 and 502. */
const LEAST_RECALL = 0.9;
const MOST_FALSE = 0.01;

it("finds what the simulated queue refused, and claims nothing that it did not do", () => {
  const score = emptyScore();
  for (let place = 0; place < SCENARIOS; place++) {
    const scenario = variedScenario(SEED, place);
    const { trace } = simulate(scenario, { rules: rulesOf(NEWEST_ERA), seed: place + 1 });
    scoreRecording(score, scenario, trace);
  }
  writeScore(score);
  const told = JSON.stringify(score);
  expect(score.recordings, told).toBeGreaterThan(SCENARIOS * 0.7);
  for (const kind of ["drops", "resets", "syns", "listeners"] as const) {
    const { found, truth, false: wrong } = score[kind];
    expect(truth, told).toBeGreaterThan(0);
    expect(wrong, `${kind}: ${told}`).toBeLessThanOrEqual((found + wrong) * MOST_FALSE);
    // Of a few one may be missed.
    expect(found + 1, `${kind}: ${told}`).toBeGreaterThanOrEqual(truth * LEAST_RECALL);
  }
  expect(score.backlogs.falselyLow, told).toBeLessThanOrEqual(score.backlogs.said * MOST_FALSE);
  expect(score.aborts.wrong, told).toBeLessThanOrEqual(score.aborts.said * MOST_FALSE);
});
