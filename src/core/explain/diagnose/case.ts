/**
 * What a diagnosis looks at: all attempts, and each listener with its own.
 *
 * @module
 */
import type { EndpointNames } from "../endpoint-names.ts";
import type { Observation } from "../follow/explainer.ts";
import type { Listener } from "../follow/followed-listener.ts";
import type { Story } from "../judge/story.ts";
import type { Cause, Outcome } from "../judge/verdict.ts";

/** One listener. */
export interface ListenerCase {
  readonly listener: Listener;
  readonly stories: readonly Story[];
}

/** Everything. */
export interface Case {
  readonly reports: readonly ListenerCase[];
  readonly stories: readonly Story[];
  readonly observations: readonly Observation[];
  readonly names: EndpointNames;
}

/** The listener's endpoint as text. */
export function endpointOf({ listener }: ListenerCase, { names }: Case): string {
  return names.endpoint(listener.words, listener.port, listener.ipVersion);
}

/** The attempts with an outcome, and with one of the causes where any are named. */
export function withOutcome(
  stories: readonly Story[],
  outcome: Outcome,
  causes: readonly Cause[] = [],
): Story[] {
  return stories.filter(
    ({ verdict }) => verdict.outcome === outcome && (causes.length === 0 || causes.includes(verdict.cause)),
  );
}

/** The packets of some attempts. */
export function packetsOf(stories: readonly Story[]): number[] {
  return stories.flatMap((story) => story.packets);
}

/** The clients of some attempts, the first few by name. */
export function clientsOf(stories: readonly Story[]): string {
  const shown = stories.slice(0, 3).map((story) => story.client);
  const rest = stories.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

/** A time of the capture in seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
