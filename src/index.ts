/**
 * listenq as a library, on one screen. Traces and scenarios are also at `listenq/trace` and `listenq/scenario`, the
 * byte formats at `listenq/wire`; those three run anywhere. This one can be imported anywhere, and what needs Linux says so when
 * it is called. Metrics for a program's own monitoring are at `listenq/prometheus` and `listenq/opentelemetry`.
 *
 * @module
 */

export { DecodeError, NotSupportedError, SyscallError, UsageError } from "./core/errors.ts";
export type {
  Claim,
  ClaimResult,
  Evidence,
  Experiment,
  ExperimentTable,
  Variant,
} from "./core/experiment/index.ts";
export { checkClaims, EXPERIMENTS } from "./core/experiment/index.ts";
export type { Coverage, ListenerSample, NamespaceSample, Sample } from "./core/listener/sample/sample.ts";
export type {
  Snapshot,
  SnapshotListener,
  SnapshotNamespace,
} from "./core/listener/snapshot/snapshot-document.ts";
export type { Scenario } from "./core/scenario/index.ts";
export { parseScenario } from "./core/scenario/index.ts";
export type { Recording, Trace } from "./core/trace/index.ts";
export { encodeRecording } from "./core/trace/index.ts";
export { type CaptureInput, type ReadOptions, readCapture } from "./system/capture/index.ts";
export { runExperiment } from "./system/lab/run-experiment.ts";
export { type BatchEnding, type BatchOptions, runMany } from "./system/lab/run-many.ts";
export { runScenario } from "./system/lab/run-scenario.ts";
export type { ListListenersOptions } from "./system/observe/list-listeners.ts";
export { listListeners, ownListeners } from "./system/observe/list-listeners.ts";
export type { NamespaceScope } from "./system/observe/namespace-scope.ts";
export type { ListenerSamplerOptions } from "./system/observe/sampler/listener-sampler.ts";
export { ListenerSampler } from "./system/observe/sampler/listener-sampler.ts";
