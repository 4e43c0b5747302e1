/**
 * A limit that is itself the cause: the server keeps up, and what comes at once does not fit.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { timeText } from "../listeners/finding-words.ts";
import { isFull } from "../listeners/full-accept-queue.ts";
import { makeFinding } from "../listeners/make-finding.ts";
import { acceptFaster, raiseLimit } from "../remedies/remedy.ts";

/** Full for more than this share of the watch is a server that does not keep up. */
const BUSY_SHARE = 0.5;
/** Above it a burst is no reason to call the limit small. */
const SMALL_LIMIT = 128;

/** Whether a limit of 0 was asked for: one connection fits, and nobody wants that. */
export function isLimitZero({ listener }: Pick<LiveFacts, "listener">): boolean {
  return listener.acceptQueue.limit === 0;
}

/** Of a limit of 0 whenever anything was refused or stands at it; of another one where a watch saw the queue empty again. */
export function limitTooSmall(facts: LiveFacts): Finding | null {
  const { listener, window } = facts;
  const { limit, capacity } = listener.acceptQueue;
  if (listener.protocol === "unix" || limit > SMALL_LIMIT) return null;
  const refused = refusedOf(facts);
  const isFilled = isFull(listener) || (window !== null && window.lengthMost >= capacity);
  if (refused === 0 && !(isLimitZero(facts) && isFilled)) return null;
  if (!isLimitZero(facts) && !keepsUp(facts)) return null;
  const what =
    refused > 0 && window !== null
      ? `${count(refused, "packet")} refused in ${timeText(window.durationMs)}`
      : "it is full";
  return makeFinding("limit-too-small", {
    title: `The limit is ${limit}, so only ${count(capacity, "connection")} can wait: ${what}.`,
    evidence: `${listener.limitSetByEvidence}; ${keepsUp(facts) ? "the server empties the queue in between, so it keeps up and what comes at once does not fit" : `${count(listener.acceptQueue.length, "connection")} in the queue, and no more fit`}`,
    counters: refused > 0 ? { refused } : {},
    remedy: [...raiseLimit(facts), ...(keepsUp(facts) ? [] : acceptFaster(facts))],
  });
}

/** Of a limit of 0 the SYN queue refuses as well: elsewhere that is another finding. */
function refusedOf(facts: LiveFacts): number {
  const { window } = facts;
  if (window === null || window.dropsRise === 0) return 0;
  const { "accept-queue-full": accept, "syn-queue-full": syn } = window.refused;
  return accept.own + accept.shared + (isLimitZero(facts) ? syn.own + syn.shared : 0);
}

function keepsUp({ window }: LiveFacts): boolean {
  return window !== null && window.lengthLeast === 0 && window.fullMs < window.durationMs * BUSY_SHARE;
}
