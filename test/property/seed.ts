/**
 * The options that every property test hands to fast-check: LISTENQ_SEED or FC_SEED in the environment repeats a run,
 * LISTENQ_RUNS makes it longer. fast-check itself prints the seed of a failure.
 *
 * @module
 */
import type { Parameters } from "fast-check";

/** Options for one property; `numRuns` is how often it runs unless the environment says more. */
export function propertyOptions<T>(numRuns = 200): Parameters<T> {
  const seed = process.env["LISTENQ_SEED"] ?? process.env["FC_SEED"];
  const factor = Number(process.env["LISTENQ_RUNS"] ?? 1);
  return { numRuns: numRuns * factor, ...(seed === undefined ? {} : { seed: Number(seed) }) };
}
