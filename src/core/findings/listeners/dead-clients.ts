/**
 * Clients that have gone and still take up the queue.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { acceptFaster } from "../remedies/remedy.ts";
import { makeFinding } from "./make-finding.ts";

/** Below this share of those who wait it is the usual coming and going. */
const LEAST_SHARE = 0.25;
/** One alone is nothing: a health check comes and goes. */
const LEAST_CLIENTS = 2;
const SHOWN_ADDRESSES = 3;

/** A good part of those who wait has closed or reset. */
export function queueHoldsDeadClients(facts: LiveFacts): Finding | null {
  const { waiting } = facts;
  if (waiting === null) return null;
  const dead = waiting.closed + waiting.reset;
  // The length is of another moment than who waits.
  const all = waiting.alive + dead;
  if (dead < LEAST_CLIENTS || dead < all * LEAST_SHARE) return null;
  const from = waiting.closedFrom.slice(0, SHOWN_ADDRESSES);
  const places =
    from.length === 0 ? "" : `; from ${from.map(({ address, count }) => `${address} (${count})`).join(", ")}`;
  return makeFinding("queue-holds-dead-clients", {
    title: `${dead} of ${all} that wait have already gone.`,
    evidence: `${count(waiting.closed, "client")} closed (CLOSE_WAIT without a process), ${waiting.reset} reset while waiting${places}`,
    remedy: [
      ...acceptFaster(facts),
      "if they are a load balancer's health checks: check less often, or by HTTP so that a slow server is noticed",
    ],
  });
}
