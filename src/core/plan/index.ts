/**
 * How large a backlog must be, and what happens if it is not. Pure: the load, the server and the seed are parameters.
 *
 * @module
 */
export { acceptsPerSecond, type Demand, isOverloaded } from "./demand.ts";
export { type Observation, pauseQuantile, pauseSeen, rateSeen } from "./observed/observation.ts";
export { parsePauseList } from "./pause-list.ts";
export { type Plan, type PlanOptions, planBacklog } from "./plan.ts";
export { predictRun } from "./predict.ts";
export type { PredictedShare } from "./predicted-share.ts";
export { latenessOf, proofOf, refusedShareIn } from "./proof-scenario.ts";
export type { SynQueueFate, SynQueuePlan } from "./syn-queue-plan.ts";
