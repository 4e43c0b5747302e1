/**
 * A capture or a trace explained: what happened to every handshake, and why. Pure, so it runs in a browser too.
 *
 * @module
 */
export type { Finding, FindingEvidence, Severity } from "../findings/finding.ts";
export { type ConcludeOptions, conclude } from "./conclude.ts";
export { EndpointNames } from "./endpoint-names.ts";
export { explain, explainTrace } from "./explain.ts";
export { Explainer, type Observation } from "./explainer.ts";
export type { Explanation, Handshake, InferredBacklog, ListenerReport } from "./explanation.ts";
export { OUTCOMES, type Outcome } from "./verdict.ts";
