/**
 * listenq as a library, on one screen. Traces and scenarios are also at `listenq/trace` and `listenq/scenario`, the
 * byte formats at `listenq/wire`; those three run anywhere, this one needs Linux.
 *
 * @module
 */
export { type CaptureInput, type ReadOptions, readCapture } from "./capture/index.ts";
export { DecodeError, NotSupportedError, SyscallError, UsageError } from "./errors.ts";
export type {
  Claim,
  ClaimResult,
  Evidence,
  Experiment,
  ExperimentTable,
  SynQueueTest,
  Variant,
} from "./experiment/index.ts";
export { checkClaims, EXPERIMENTS } from "./experiment/index.ts";
export { runExperiment } from "./lab/run-experiment.ts";
export { type BatchEnding, type BatchOptions, runMany } from "./lab/run-many.ts";
export { runScenario } from "./lab/run-scenario.ts";
export type { Scenario } from "./scenario/index.ts";
export { parseScenario } from "./scenario/index.ts";
export type { Recording, Trace } from "./trace/index.ts";
export { encodeRecording } from "./trace/index.ts";
