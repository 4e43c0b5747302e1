/**
 * Questions about the kernel, and the claims that answer them.
 *
 * @module
 */
export { EXPERIMENTS } from "./catalogue.ts";
export { checkClaims } from "./check-claims.ts";
export type {
  Claim,
  ClaimResult,
  Evidence,
  Experiment,
  ExperimentTable,
  Variant,
} from "./experiment.ts";
export { hasFailed, type Verdict, verdictOn } from "./experiment-verdict.ts";
export { TraceView } from "./trace-view.ts";
