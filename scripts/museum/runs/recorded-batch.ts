/**
 * Random scenarios that a guest has recorded, compared here. What is wanted a second time is recorded by another boot of the same kernel.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { generateScenario } from "../../../src/core/compare/kernel/index.ts";
import type { KernelRules } from "../../../src/core/model/index.ts";
import type { Scenario } from "../../../src/core/scenario/index.ts";
import type { Verification } from "../../../src/system/verify/tally.ts";
import { type RecordScenarios, verifyScenarios } from "../../../src/system/verify/verify-kernel.ts";
import type { RecordedBatch, RecordedPlace } from "../guest/record-scenarios.ts";
import type { GuestJob } from "../image/guest-image.ts";
import { parsed, type Visit } from "../visit-kernels.ts";
import type { RecordedScenario } from "./teeth.ts";

/** A guest needs so long for a scenario, by its own clock, at the most. */
const LIMIT_MS_PER_SCENARIO = 60_000;

/** Which series, and how many of it side by side. */
export interface Series {
  readonly seed: number;
  readonly parallel: number;
}

/** What both jobs of a visit came to. */
export interface ComparedBatch {
  readonly rules: KernelRules;
  readonly verification: Verification;
  /** What was compared, in the order of the series. */
  readonly recorded: readonly RecordedScenario[];
  /** How many scenarios were the first ones of the series, and how many were chosen beyond them. */
  readonly random: number;
  readonly chosen: number;
}

/** The job that records some places of a series. */
export function recordJob(name: string, { seed, parallel }: Series, places: readonly number[]): GuestJob {
  const command = ["node", "/museum/record-scenarios.mjs", String(seed), String(parallel), places.join(",")];
  return { name, command, limitMs: places.length * LIMIT_MS_PER_SCENARIO };
}

/** Compares what the jobs `verify` and `chosen` recorded; null where the guest did not come so far. */
export async function compareBatch(
  visit: Visit,
  { seed, parallel, signal }: Series & { readonly signal: AbortSignal },
): Promise<ComparedBatch | null> {
  const batch = parsed<RecordedBatch>(visit.answerOf("verify"));
  if (batch === null) return null;
  const [first, more] = [unpack(batch), unpack(parsed<RecordedBatch>(visit.answerOf("chosen")))];
  const waiting = new Map([...first, ...more].map((one) => [one.place, one]));
  const places = new Map([...waiting.keys()].map((place) => [generateScenario(seed, place), place]));
  const recorded: RecordedScenario[] = [];
  const { rules } = batch;
  const verification = await verifyScenarios(
    [...places.keys()],
    { seed, parallel, signal, rules, onRecorded: (scenario, trace) => recorded.push({ scenario, trace }) },
    recordedBy(visit, { seed, places, waiting }),
  );
  const inOrder = recorded.sort((a, b) => placeOf(places, a) - placeOf(places, b));
  return { rules, verification, recorded: inOrder, random: first.length, chosen: more.length };
}

function placeOf(places: ReadonlyMap<Scenario, number>, { scenario }: RecordedScenario): number {
  return places.get(scenario) ?? -1;
}

function unpack(batch: RecordedBatch | null): RecordedPlace[] {
  if (batch === null) return [];
  return JSON.parse(gunzipSync(Buffer.from(batch.recordings, "base64")).toString()) as RecordedPlace[];
}

interface Recorded {
  readonly seed: number;
  readonly places: ReadonlyMap<Scenario, number>;
  /** Recordings that were not asked for yet, by place. */
  readonly waiting: Map<number, RecordedPlace>;
}

function recordedBy(visit: Visit, { seed, places, waiting }: Recorded): RecordScenarios {
  return async (scenarios, parallel, onEnd) => {
    const wanted = scenarios.map((scenario) => ({ scenario, place: places.get(scenario) ?? -1 }));
    const missing = wanted.map(({ place }) => place).filter((place) => !waiting.has(place));
    if (missing.length > 0) {
      const again = await visit.ask([recordJob("again", { seed, parallel }, missing)]);
      for (const one of unpack(parsed<RecordedBatch>(again.answerOf("again")))) waiting.set(one.place, one);
    }
    for (const { scenario, place } of wanted) {
      const { trace, error } = waiting.get(place) ?? NOT_RECORDED;
      waiting.delete(place);
      onEnd({ scenario, recording: trace === null ? null : { trace }, error });
    }
  };
}

const NOT_RECORDED = { trace: null, error: "the guest did not come so far" };
