/**
 * Runs in the guest: random scenarios on its kernel. Prints the rules that the kernel was found to follow and the recordings; they are
 * compared elsewhere, where JavaScript is not emulated.
 *
 *     node record-scenarios.mjs SEED PARALLEL PLACE[,PLACE...]
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { generateScenario } from "../../../src/core/compare/kernel/index.ts";
import type { KernelRules } from "../../../src/core/model/index.ts";
import type { Trace } from "../../../src/core/trace/index.ts";
import { runMany } from "../../../src/system/lab/run-many.ts";
import { runScenario } from "../../../src/system/lab/run-scenario.ts";
import { runningRules } from "../../../src/system/probe/running-rules.ts";
import { longestFirst } from "../../../src/system/verify/verify-kernel.ts";

/** One scenario by its place in the series, and what the kernel did. */
export interface RecordedPlace {
  readonly place: number;
  /** Null where the run failed. */
  readonly trace: Trace | null;
  /** Why it failed; null otherwise. */
  readonly error: string | null;
}

/** What the program prints. */
export interface RecordedBatch {
  readonly rules: KernelRules;
  /** `RecordedPlace[]` as JSON, compressed, in base 64. */
  readonly recordings: string;
}

const [seed, parallel] = process.argv.slice(2, 4).map(Number);
const places = (process.argv[4] ?? "").split(",").map(Number);
if (seed === undefined || parallel === undefined) throw new Error("no seed, or not how many at a time");
const placeOf = new Map(places.map((place) => [generateScenario(seed, place), place]));
const recordings: RecordedPlace[] = [];
const rules = await runningRules(runScenario);
await runMany(
  longestFirst([...placeOf.keys()]),
  { parallel, sampleEveryMs: null },
  ({ scenario, recording, error }) => {
    const why = recording === null ? String(error) : null;
    recordings.push({ place: placeOf.get(scenario) ?? -1, trace: recording?.trace ?? null, error: why });
  },
);
const packed = gzipSync(JSON.stringify(recordings), { level: 1 }).toString("base64");
process.stdout.write(JSON.stringify({ rules, recordings: packed } satisfies RecordedBatch));
