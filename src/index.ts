/**
 * listenq as a library, on one screen. Traces and scenarios are also at `listenq/trace` and `listenq/scenario`, the
 * byte formats at `listenq/wire`; those three run anywhere. This one can be imported anywhere, and what needs Linux says so when
 * it is called. Metrics for a program's own monitoring are at `listenq/prometheus` and `listenq/opentelemetry`.
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
export type { ListListenersOptions } from "./library/list-listeners.ts";
export { listListeners, ownListeners } from "./library/list-listeners.ts";
export type { NamespaceScope } from "./observe/namespace-scope.ts";
export type { ListenerSamplerOptions } from "./observe/sampler/listener-sampler.ts";
export { ListenerSampler } from "./observe/sampler/listener-sampler.ts";
export type { Coverage, ListenerSample, NamespaceSample, Sample } from "./observe/sampler/sample.ts";
export type { Snapshot, SnapshotListener, SnapshotNamespace } from "./observe/snapshot-document.ts";
export type { Scenario } from "./scenario/index.ts";
export { parseScenario } from "./scenario/index.ts";
export type { Recording, Trace } from "./trace/index.ts";
export { encodeRecording } from "./trace/index.ts";
