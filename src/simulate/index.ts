/**
 * Experiments on the model, and several kernels side by side.
 *
 * @module
 */
export { type BesideRow, besideRows } from "./beside.ts";
export {
  type CounterDifference,
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
