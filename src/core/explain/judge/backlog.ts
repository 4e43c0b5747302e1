/**
 * What a listener's backlog must have been: the largest limit that explains what was refused (`queue-fit.ts`). What is inferred is
 * the limit; the application may have passed a larger backlog that somaxconn clamped.
 *
 * @kernel include/net/sock.h sk_acceptq_is_full() v6.18
 * @module
 */
import type { InferredBacklog } from "../explanation.ts";
import type { KernelFacts, Listener } from "../follow/followed-listener.ts";
import { isCredible, LIKELY } from "../queue/queue-verdict.ts";
import type { Story } from "./story.ts";

const QUEUES = {
  one: "one queue is assumed (no SO_REUSEPORT)",
  several: "it is that of the queue that was full: several stand behind the port (SO_REUSEPORT)",
} as const;

/** The inference, or in words why there is none. */
export function inferBacklog(listener: Listener, stories: readonly Story[]): InferredBacklog | string {
  if (listener.kernel !== null) return knownBacklog(listener.kernel);
  if (stories.some(({ verdict }) => verdict.cause === "defer")) {
    return "the listener seems to use TCP_DEFER_ACCEPT, which looks like a refusal";
  }
  const { atMost, refusals, contradicted, weight } = listener.queue;
  if (atMost === Number.POSITIVE_INFINITY)
    return "the capture begins amid this listener's connections, so the queue was not empty";
  if (Number.isNaN(atMost) && refusals === 0) return reasonWithoutRefusals(listener);
  if (Number.isNaN(atMost)) return "no limit explains what was refused";
  const isTold = stories.some(({ verdict }) => verdict.queue !== null);
  if (!isTold && (weight < LIKELY || !isCredible(listener.queue))) return reasonWithoutRefusals(listener);
  const why = `${whyOf(atMost + 1, refusals - contradicted)}; ${QUEUES[listener.queue.fit.queues]}`;
  return { atMost, ...limitAt(listener), why };
}

/** Nothing is to be inferred where the kernel itself says it. */
function knownBacklog({ leastLimit, mostLimit }: KernelFacts): InferredBacklog {
  const isOne = leastLimit === mostLimit;
  const why = isOne
    ? "the kernel's own limit of this listener, min(backlog, somaxconn), read while it was watched"
    : `listeners share the port, and the kernel keeps limits from ${leastLimit} to ${mostLimit} for them`;
  return { atMost: mostLimit, value: isOne ? mostLimit : null, assumes: null, confidence: "certain", why };
}

function reasonWithoutRefusals({ queue }: Listener): string {
  return queue.refusals === 0
    ? "nothing was provably refused, so the queue was never seen full"
    : "what was refused does not look like a full queue, or is too little to tell";
}

/** The limit itself, if nothing that was accepted was still unanswered at that moment. */
function limitAt(listener: Listener): Pick<InferredBacklog, "value" | "assumes" | "confidence"> {
  const { atMost, isCertain, servingAtLeast, mostServing, fit } = listener.queue;
  if (fit.queues === "several") return { value: null, assumes: null, confidence: "likely" };
  if (listener.resetTogether === atMost + 1) {
    const assumes = "those who were reset together when the listener closed had all been waiting";
    return { value: atMost, assumes, confidence: "likely" };
  }
  if (isCertain && servingAtLeast > 0 && servingAtLeast === mostServing) {
    const those = mostServing === 1 ? "one connection" : `${mostServing} connections`;
    const assumes = `the server takes and answers ${those} at a time`;
    return { value: atMost, assumes, confidence: "likely" };
  }
  return { value: null, assumes: null, confidence: "likely" };
}

function whyOf(least: number, count: number): string {
  const those = least === 1 ? "1 connection stood" : `${least} connections stood`;
  const packets = count === 1 ? "a packet was" : `${count} packets were`;
  return (
    `${packets} refused, at the least while ${those} there, established and not yet proven accepted; ` +
    "the limit itself is smaller by those of them who had been accepted and were still unanswered; " +
    "a queue refuses when it holds one more than its limit, min(backlog, somaxconn)"
  );
}
