/**
 * What a listener's backlog must have been, from what stood there while final packets were refused: at each refusal the
 * accept queue holds one more than its limit, and U counts at least all that are in it. So the limit is at most the least
 * U, minus one. What is inferred is the limit; the application may have passed a larger backlog that somaxconn clamped.
 *
 * @kernel include/net/sock.h sk_acceptq_is_full() v6.18
 * @module
 */
import type { InferredBacklog } from "../explanation.ts";
import type { KernelFacts, Listener } from "../follow/followed-listener.ts";
import type { Refusal } from "../follow/queue-entry.ts";
import type { Story } from "./story.ts";

/** The inference, or in words why there is none. */
export function inferBacklog(listener: Listener, stories: readonly Story[]): InferredBacklog | string {
  if (listener.kernel !== null) return knownBacklog(listener.kernel);
  if (listener.isAmid)
    return "the capture begins amid this listener's connections, so the queue was not empty";
  if (stories.some(({ verdict }) => verdict.cause === "defer")) {
    return "the listener seems to use TCP_DEFER_ACCEPT, which looks like a refusal";
  }
  const refusals = stories.flatMap(refusalsByQueue);
  if (refusals.length === 0) return reasonWithoutRefusals(stories);
  const least = refusals.reduce((best, one) => (one.standing < best.standing ? one : best));
  return { atMost: least.standing - 1, ...valueAt(least, listener), why: whyOf(least, refusals.length) };
}

/** Nothing is to be inferred where the kernel itself says it. */
function knownBacklog({ leastLimit, mostLimit }: KernelFacts): InferredBacklog {
  const isOne = leastLimit === mostLimit;
  const why = isOne
    ? "the kernel's own limit of this listener, min(backlog, somaxconn), read while it was watched"
    : `listeners share the port, and the kernel keeps limits from ${leastLimit} to ${mostLimit} for them`;
  return { atMost: mostLimit, value: isOne ? mostLimit : null, assumes: null, confidence: "certain", why };
}

/** The refusals of a connection that a full queue explains. */
function refusalsByQueue({ connection, verdict }: Story): Refusal[] {
  if (verdict.queue === null) return [];
  const isWanted = verdict.queue === "dropped";
  return connection.refusals.filter(({ isSilent, standing }) => isSilent === isWanted && standing >= 1);
}

function reasonWithoutRefusals(stories: readonly Story[]): string {
  const isSynOnly = stories.some(({ verdict }) => /^syn-/.test(verdict.outcome));
  return isSynOnly
    ? "only SYNs went unanswered, which does not tell how many stood in the queue"
    : "no final packet was provably refused by a queue, so it was never seen full";
}

/** The limit itself, if nothing that was accepted was still unanswered at that moment. */
function valueAt(
  least: Refusal,
  listener: Listener,
): Pick<InferredBacklog, "value" | "assumes" | "confidence"> {
  const value = least.standing - 1;
  if (listener.resetTogether === least.standing) {
    const assumes = "those who were reset together when the listener closed had all been waiting";
    return { value, assumes, confidence: "likely" };
  }
  if (listener.overlaps > 0 || least.serving > 1) return { value: null, assumes: null, confidence: "likely" };
  if (least.serving === 0) {
    const assumes = "the server had accepted nothing that it left unanswered";
    return { value, assumes, confidence: "possible" };
  }
  const isSerial = listener.promptAfterEnd > 0 && listener.tardyAfterEnd === 0;
  const assumes = "the server takes and answers one connection at a time";
  return { value, assumes, confidence: isSerial ? "likely" : "possible" };
}

function whyOf(least: Refusal, count: number): string {
  const those = least.standing === 1 ? "1 connection stood" : `${least.standing} connections stood`;
  const packets = count === 1 ? "a final packet was" : `${count} final packets were`;
  return (
    `${packets} refused, at the least while ${those} there, established and not yet proven accepted; ` +
    "a queue refuses when it holds one more than its limit, min(backlog, somaxconn); one queue is assumed (no SO_REUSEPORT)"
  );
}
