/**
 * Runs in the guest: random scenarios on its kernel, held against the rules that the kernel was found to follow. Prints what came of
 * it, with the traces, so that the mutants can be held against them elsewhere.
 *
 *     node record-scenarios.mjs SCENARIOS SEED PARALLEL
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import type { KernelRules } from "../../../src/core/model/index.ts";
import type { Scenario } from "../../../src/core/scenario/index.ts";
import type { Trace } from "../../../src/core/trace/index.ts";
import { runScenario } from "../../../src/system/lab/run-scenario.ts";
import { runningRules } from "../../../src/system/probe/running-rules.ts";
import type { Verification } from "../../../src/system/verify/tally.ts";
import { verifyKernel } from "../../../src/system/verify/verify-kernel.ts";

/** A scenario and what the kernel did. */
export interface RecordedScenario {
  readonly scenario: Scenario;
  readonly trace: Trace;
}

/** What the program prints. */
export interface RecordedBatch {
  readonly rules: KernelRules;
  readonly verification: Verification;
  /** `RecordedScenario[]` as JSON, compressed, in base 64. */
  readonly recordings: string;
}

const [scenarios = 60, seed = 1, parallel = 20] = process.argv.slice(2).map(Number);
const recordings: RecordedScenario[] = [];
const rules = await runningRules(runScenario);
const verification = await verifyKernel({
  ...{ scenarios, seed, parallel, rules, signal: new AbortController().signal },
  onRecorded: (scenario, trace) => recordings.push({ scenario, trace }),
});
const packed = gzipSync(JSON.stringify(recordings)).toString("base64");
process.stdout.write(JSON.stringify({ rules, verification, recordings: packed } satisfies RecordedBatch));
