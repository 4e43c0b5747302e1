/**
 * How much of what a full accept queue did on this kernel the explainer finds, and how often it sees what was not there.
 * LISTENQ_EXPLAIN_SCENARIOS and LISTENQ_SEED make it longer and another; `scripts/measure-explain.mjs` prints the table of
 * docs/explain.md.
 */
import { expect, it, type TestContext } from "vitest";
import { isNotSupported } from "../../src/core/errors.ts";
import type { Scenario } from "../../src/core/scenario/index.ts";
import { runMany } from "../../src/system/lab/run-many.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { whySpoilt } from "../../src/system/verify/tally.ts";
import { emptyScore, type Score, scoreRecording, writeScore } from "../support/explain-truth.ts";
import { variedScenario } from "../support/varied-scenario.ts";

const SCENARIOS = Number(process.env["LISTENQ_EXPLAIN_SCENARIOS"] ?? 120);
const SEED = Number(process.env["LISTENQ_SEED"] ?? 3);
/** On a busy machine fewer at a time keep the recorded times true. */
const PARALLEL = Number(process.env["LISTENQ_EXPLAIN_PARALLEL"] ?? 100);

/** Recordings that a busy machine spoilt are made again, fewer at once, while they are more than this share. */
const MOST_SPOILT = 0.3;
const SHARES_AT_ONCE = [1, 0.2, 0.1, 0.05] as const;

/**
 * Fixed on seeds 1 and 2, before any other seed was run. An undecided case counts as not found: a reset after which the
 * recording shows nothing of the listener stays undecided.
 */
const LEAST_RECALL = { drops: 0.85, resets: 0.7, syns: 0.95 } as const;
const LEAST_PRECISION = 0.97;
/** With fewer the shares say nothing. */
const FEWEST_REFUSED = 20;

/** One more than the share may be missed, or be wrong: of few a single one says nothing about a share, and a busy machine leaves few. */
function mostOf(count: number, leastShare: number): number {
  return 1 + count * (1 - leastShare);
}

function skipWithoutLab(context: TestContext): void {
  try {
    Namespace.create().close();
  } catch (error) {
    if (!isNotSupported(error)) throw error;
    context.skip(`no namespaces in this process: ${error.message}`);
  }
}

async function scoreOf(seed: number, scenarios: number): Promise<Score> {
  const score = emptyScore();
  const batch = Array.from({ length: scenarios }, (_, place) => variedScenario(seed, place));
  let missing = batch.sort((a, b) => b.durationMs - a.durationMs);
  for (const share of SHARES_AT_ONCE) {
    const spoilt: Scenario[] = [];
    const options = { parallel: Math.ceil(PARALLEL * share), sampleEveryMs: null };
    await runMany(missing, options, ({ scenario, recording }) => {
      if (recording === null || whySpoilt(scenario, recording.trace) !== null) spoilt.push(scenario);
      else scoreRecording(score, scenario, recording.trace);
    });
    missing = spoilt;
    if (spoilt.length <= scenarios * MOST_SPOILT) break;
  }
  return score;
}

it(
  "finds what the queue refused, and claims nothing that it did not do",
  async (ctx) => {
    skipWithoutLab(ctx);
    const score = await scoreOf(SEED, SCENARIOS);
    writeScore(score);
    const told = JSON.stringify(score);
    // A busy machine spoils recordings.
    expect(score.recordings, told).toBeGreaterThan(0);
    expect(score.aborts.wrong, told).toBeLessThanOrEqual(mostOf(score.aborts.said, LEAST_PRECISION));
    // "Likely" is said from ten to one on.
    expect(score.likelySyns.wrong / Math.max(1, score.likelySyns.said), told).toBeLessThanOrEqual(1 / 11);
    expect(score.backlogs.falselyLow, told).toBeLessThanOrEqual(mostOf(score.backlogs.said, LEAST_PRECISION));
    // Of one kind alone a busy machine may leave nothing.
    expect(score.drops.truth + score.resets.truth + score.syns.truth, told).toBeGreaterThan(FEWEST_REFUSED);
    for (const kind of ["drops", "resets", "syns"] as const) {
      const { found, truth, false: wrong } = score[kind];
      expect(wrong, `${kind}: ${told}`).toBeLessThanOrEqual(mostOf(found + wrong, LEAST_PRECISION));
      expect(truth - found, `${kind}: ${told}`).toBeLessThanOrEqual(mostOf(truth, LEAST_RECALL[kind]));
    }
  },
  Math.max(600_000, SCENARIOS * 2000),
);
