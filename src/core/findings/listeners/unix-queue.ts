/**
 * AF_UNIX listeners: a full queue makes connect() wait.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { acceptFaster, raiseLimit } from "../remedies/remedy.ts";
import { processText, queueText } from "./finding-words.ts";
import { isFull } from "./full-accept-queue.ts";
import { makeFinding } from "./make-finding.ts";

/** Full at the moment of the look. */
export function unixQueueFull(facts: LiveFacts): Finding | null {
  const { listener } = facts;
  if (listener.protocol !== "unix" || !isFull(listener)) return null;
  return makeFinding("unix-queue-full", {
    title: `The queue of ${listener.path ?? "an unnamed unix listener"} is full: ${queueText(listener.acceptQueue)}; connect() waits or fails with EAGAIN.`,
    evidence: `${listener.acceptQueue.length} connections wait for accept() by ${processText(listener.process)}`,
    samples: [{ acceptQueue: listener.acceptQueue }],
    remedy: [...acceptFaster(facts), ...raiseLimit(facts)],
  });
}
