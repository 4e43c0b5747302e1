/**
 * AF_UNIX listeners: a full queue makes connect() wait.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { acceptFaster, raiseLimit } from "../remedies/remedy.ts";
import { processText, queueText, timeText } from "./finding-words.ts";
import { isFull } from "./full-accept-queue.ts";
import { makeFinding } from "./make-finding.ts";

/** Full at the moment of the look, or a while ago. */
export function unixQueueFull(facts: LiveFacts): Finding | null {
  const { listener, window } = facts;
  if (listener.protocol !== "unix") return null;
  const isFullNow = isFull(listener);
  if (!isFullNow && (window?.lengthMost ?? 0) < listener.acceptQueue.capacity) return null;
  const name = listener.path ?? "an unnamed unix listener";
  return makeFinding("unix-queue-full", {
    severity: isFullNow ? "critical" : "warning",
    title: isFullNow
      ? `The queue of ${name} is full: ${queueText(listener.acceptQueue)}; connect() waits or fails with EAGAIN.`
      : `The queue of ${name} was full for about ${timeText(window?.fullMs ?? 0)} of ${timeText(window?.durationMs ?? 0)}: connect() waited or failed with EAGAIN.`,
    evidence: `${listener.acceptQueue.length} connections wait for accept() by ${processText(listener.process)}`,
    samples: [{ acceptQueue: listener.acceptQueue }],
    remedy: [...acceptFaster(facts), ...raiseLimit(facts)],
  });
}
