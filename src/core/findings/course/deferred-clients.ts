/**
 * TCP_DEFER_ACCEPT with clients that connect and say nothing: they stand in the SYN queue, and accept() does not see them.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { findSoftware } from "../../listener/software/find-software.ts";
import { pick } from "../listeners/finding-words.ts";
import { makeFinding } from "../listeners/make-finding.ts";

/** Below this share of the SYN queue they are in nobody's way. */
const CROWDED_SHARE = 0.5;

/** How many stand in the SYN queue for that reason, as far as one can be sure. */
export function deferredOf({ course }: LiveFacts): number {
  return course?.requests?.deferred ?? 0;
}

/** Whether they are what fills the SYN queue. */
export function isCrowdedByDeferred(facts: LiveFacts): boolean {
  const { capacity } = facts.listener.synQueue;
  return capacity !== null && deferredOf(facts) >= Math.max(1, capacity * CROWDED_SHARE);
}

/** Certain: nothing else keeps a request for so long without a second SYN+ACK. */
export function deferAcceptWaits(facts: LiveFacts): Finding | null {
  const { listener, window, course } = facts;
  const deferred = deferredOf(facts);
  if (deferred === 0) return null;
  const { capacity } = listener.synQueue;
  const from = (course?.requests?.from ?? []).map(({ address, count }) => `${address} (${count})`).join(", ");
  const isCrowded = isCrowdedByDeferred(facts);
  return makeFinding("defer-accept-waits", {
    severity: isCrowded ? "warning" : "info",
    title: `${count(deferred, "client")} connected and ${deferred === 1 ? "has" : "have"} sent nothing: TCP_DEFER_ACCEPT keeps them in the SYN queue, ${deferred} of ${capacity ?? "?"}.`,
    evidence: `${deferred} of ${course?.requests?.count ?? "?"} requests stand there for more than a second without a second SYN+ACK, so their final ACK has come; TCPDeferAcceptDrop rose by ${window?.counters["TCPDeferAcceptDrop"] ?? 0}; from ${from}`,
    counters: pick(window?.counters ?? {}, ["TCPDeferAcceptDrop"]),
    remedy: [
      deferLine(listener.process?.name),
      "or let the clients speak: health checks that only connect send nothing, so check by a request instead",
      ...(isCrowded
        ? ["a larger backlog makes room for more that are silent, and changes nothing for them"]
        : []),
    ],
  });
}

function deferLine(name: string | undefined): string {
  const software = findSoftware(name);
  if (software?.deferAcceptLine != null) return `turn it off: ${software.deferAcceptLine}`;
  return "turn it off: no setsockopt(TCP_DEFER_ACCEPT) at the listener; the option's name differs by software (deferred, defer-accept, tcp_defer_accept, AcceptFilter)";
}
