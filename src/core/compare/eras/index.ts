/**
 * Experiments on the model, and several kernels side by side.
 *
 * @module
 */
export { besideRows } from "./beside.ts";
export {
  compareEras,
  compareTraces,
  type EraComparison,
  type EraRun,
  type Reasons,
  type TraceComparison,
} from "./compare-eras.ts";
export { type Lane, type LaneEvent, lanesOf } from "./lanes.ts";
export { type Parting, partings } from "./parting.ts";
export { type SimulatedExperiment, simulateExperiment, simulatePlanned } from "./simulate-experiment.ts";
export { markUnreached } from "./unreached-claims.ts";
