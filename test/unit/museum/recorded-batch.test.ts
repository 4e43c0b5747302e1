import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { RecordedBatch, RecordedPlace } from "../../../scripts/museum/guest/record-scenarios.ts";
import { compareBatch } from "../../../scripts/museum/runs/recorded-batch.ts";
import type { Visit } from "../../../scripts/museum/visit-kernels.ts";
import { generateScenario } from "../../../src/core/compare/kernel/index.ts";
import { rulesOf, simulate } from "../../../src/core/model/index.ts";

const rules = rulesOf("6.14");
const { signal } = new AbortController();
const [SEED, FIRST, CHOSEN] = [1, [0, 1], [7]];

/** What a kernel of these rules would have done. */
function recordedAt(place: number): RecordedPlace {
  return { place, trace: simulate(generateScenario(SEED, place), { rules }).trace, error: null };
}

function answerOf(recordings: readonly RecordedPlace[]): string {
  const packed = gzipSync(JSON.stringify(recordings)).toString("base64");
  return JSON.stringify({ rules, recordings: packed } satisfies RecordedBatch);
}

/** A guest with these answers, and what it is asked in another boot. */
function visitOf(answers: Readonly<Record<string, string>>, again: readonly RecordedPlace[] = []) {
  const asked: (readonly string[])[] = [];
  const record = { kernel: "1", neighbour: null, how: "done" as const, lacking: [], console: [], seconds: 1 };
  const visit: Visit = {
    record,
    answerOf: (job) => answers[job] ?? null,
    secondsOf: () => 1,
    ask: async (jobs) => {
      asked.push(...jobs.map(({ command }) => command));
      return visitOf({ again: answerOf(again) }).visit;
    },
  };
  return { visit, asked };
}

const compare = (visit: Visit) => compareBatch(visit, { seed: SEED, parallel: 5, signal });

it("compares what both jobs recorded, in the order of the series", async () => {
  const chosen = answerOf(CHOSEN.map(recordedAt));
  const { visit, asked } = visitOf({ verify: answerOf(FIRST.map(recordedAt).reverse()), chosen });
  const compared = await compare(visit);
  expect(compared).toMatchObject({ random: 2, chosen: 1, verification: { compared: 3, mismatches: [] } });
  expect(compared?.recorded.map(({ scenario }) => scenario.title.split(":")[0])).toEqual(
    [...FIRST, ...CHOSEN].map((place) => `Random scenario ${place} of seed ${SEED}`),
  );
  expect(asked).toEqual([]);
});

it("has recorded again what was spoilt, by another boot", async () => {
  const good = recordedAt(1);
  const spoilt: RecordedPlace = {
    ...good,
    trace: good.trace && { ...good.trace, recording: { ...good.trace.recording, framesLost: 1 } },
  };
  const { visit, asked } = visitOf({ verify: answerOf([recordedAt(0), spoilt]) }, [good]);
  expect((await compare(visit))?.verification).toMatchObject({ compared: 2, discarded: [] });
  expect(asked.map((command) => command.at(-1))).toEqual(["1"]);
});

it("discards what the other boot did not record either", async () => {
  const { visit } = visitOf({
    verify: answerOf([{ place: 0, trace: null, error: "no room" }, recordedAt(1)]),
  });
  const compared = await compare(visit);
  expect(compared?.verification.discarded).toEqual([{ reason: "the run failed: no room", count: 1 }]);
});

it("is nothing where the guest did not come so far", async () => {
  expect(await compare(visitOf({}).visit)).toBeNull();
});
