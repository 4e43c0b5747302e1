/**
 * How large a backlog must be, and what happens if it is not. Pure: the load, the server and the seed are parameters.
 *
 * @module
 */
export type { Arithmetic } from "./arithmetic.ts";
export { acceptsPerSecond, type Demand, isOverloaded } from "./demand.ts";
export { type Plan, type PlanOptions, planBacklog } from "./plan.ts";
export type { PredictedShare, Prediction, Waits } from "./predict.ts";
export { type Proof, proofOf, refusedShareIn } from "./proof-scenario.ts";
