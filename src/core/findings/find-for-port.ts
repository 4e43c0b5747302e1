/**
 * All that is wrong with the listeners of one port, and the answer.
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import type { ListenerFacts, LiveFacts } from "../listener/facts.ts";
import { chooseVerdict, hasHappened, type Verdict } from "./choose-verdict.ts";
import { findForListener } from "./detect.ts";
import type { ElsewhereFacts } from "./listeners/elsewhere.ts";
import { notTheQueue } from "./listeners/not-the-queue.ts";

/** What was found. */
export interface PortFindings {
  /** Of each listener, in the order of the facts. */
  readonly findings: readonly (readonly Finding[])[];
  /** Null if nothing was found, not even that it is not the queue: nobody was watched for long enough. */
  readonly verdict: Verdict | null;
}

/**
 * Judges the listeners of a port. The negative is about a port: it is not told of one listener while another of that namespace
 * is in trouble.
 */
export function findForPort(
  facts: readonly LiveFacts[],
  elsewhereOf: (listener: ListenerFacts) => ElsewhereFacts,
): PortFindings {
  const found = facts.map(findForListener);
  const troubled = new Set(
    facts.filter((_, at) => hasHappened(found[at] ?? [])).map(({ listener }) => listener.namespace),
  );
  const findings = facts.map((one, at) => {
    const { namespace } = one.listener;
    const negative = troubled.has(namespace) ? null : notTheQueue(one, elsewhereOf(one.listener));
    return [...(found[at] ?? []), ...(negative === null ? [] : [negative])];
  });
  return { findings, verdict: chooseVerdict(findings) };
}
