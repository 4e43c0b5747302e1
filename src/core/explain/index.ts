/**
 * A capture or a trace explained: what happened to every handshake, and why. Pure, so it runs in a browser too.
 *
 * @module
 */
export type { Finding, FindingEvidence, Severity } from "../finding.ts";
export { type ConcludeOptions, conclude } from "./conclude.ts";
export { EndpointNames } from "./endpoint-names.ts";
export { explain, explainTrace } from "./explain.ts";
export type { Explanation, Handshake, InferredBacklog, ListenerReport } from "./explanation.ts";
export { Explainer, type Observation } from "./follow/explainer.ts";
export { OUTCOMES, type Outcome } from "./judge/verdict.ts";
