/**
 * A load of connections: when they are opened, what became of each, and what that comes to. Pure: sockets are in system/load.
 *
 * @module
 */

export { synLadder } from "../model/rules/syn-ladder.ts";
export {
  type Arrivals,
  MOST_CONNECTIONS,
  parseArrivalList,
  scheduleOf,
  streamTimes,
} from "./arrival-schedule.ts";
export { connectSteps, histogramOf } from "./connect-steps.ts";
export { courseOf } from "./load-course.ts";
export type {
  LoadRequest,
  LoadRun,
  LoadSchedule,
  LoadTimes,
  ServerCourse,
  ServerSample,
} from "./load-facts.ts";
export {
  causeAfterConnected,
  causeBeforeConnected,
  FAILURE_WORDS,
  LOAD_FAILURES,
  type LoadFailure,
} from "./load-failure.ts";
export { QUANTILES, quantileOf } from "./quantiles.ts";
export { LATE_MS, startVerdict } from "./start-verdict.ts";
