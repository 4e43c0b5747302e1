/**
 * A listener in the words of the contract.
 *
 * @module
 */

import type { EndpointNames } from "../endpoint-names.ts";
import type { ListenerReport } from "../explanation.ts";
import type { Listener } from "../follow/followed-listener.ts";
import { inferBacklog } from "./backlog.ts";
import type { Story } from "./story.ts";
import { OUTCOMES, type Outcome } from "./verdict.ts";

/** What is said about a listener whose attempts these are. */
export function reportListener(
  listener: Listener,
  stories: readonly Story[],
  names: EndpointNames,
): ListenerReport {
  const backlog = inferBacklog(listener, stories);
  return {
    address: names.address(listener.words, listener.ipVersion),
    port: names.port(listener.port),
    handshakes: listener.folded + listener.leftOut + stories.length,
    leftOut: listener.leftOut,
    inferredBacklog: typeof backlog === "string" ? null : backlog,
    abortOnOverflow: listener.kernel?.abortOnOverflow ?? abortOnOverflow(stories),
    outcomes: countOutcomes(listener, stories),
    note: typeof backlog === "string" ? backlog : null,
  };
}

/** Off only after a proven silent refusal, on only after a reset that an overflow explains; with both it was changed. */
function abortOnOverflow(stories: readonly Story[]): boolean | null {
  // With SYN cookies the kernel is silent in either case, so only a request that goes on asking proves that it is off.
  const isOff = stories.some(
    ({ verdict, connection }) => verdict.queue === "dropped" && connection.provenAgain > 0,
  );
  const isOn = stories.some(({ verdict }) => verdict.queue === "reset");
  return isOn === isOff ? null : isOn;
}

function countOutcomes(listener: Listener, stories: readonly Story[]): Partial<Record<Outcome, number>> {
  const counts = new Map<Outcome, number>();
  if (listener.folded > 0) counts.set("completed", listener.folded);
  for (const { verdict } of stories) counts.set(verdict.outcome, (counts.get(verdict.outcome) ?? 0) + 1);
  return Object.fromEntries(OUTCOMES.flatMap((name) => (counts.has(name) ? [[name, counts.get(name)]] : [])));
}
