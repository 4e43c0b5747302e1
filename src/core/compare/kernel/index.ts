/**
 * Random scenarios, and the comparison of what the kernel did in them with what the model says.
 *
 * @module
 */
export { type Conformance, checkConformance, type FirstDifference } from "./check/check-conformance.ts";
export { type Comparison, compareRecording } from "./compare.ts";
export { exploreSmallWorlds, type SmallWorlds } from "./exhaustive/small-worlds.ts";
export { generateScenario } from "./generate/index.ts";
export { clientMutantsOf, type Mutant, mutantsOf } from "./mutants.ts";
export { latenessOf, wasDeferred } from "./outcome/recording-lateness.ts";
export { smallerScenarios } from "./shrink.ts";
