/**
 * The accept queue of a TCP listener: full now, full a while ago, and packets refused because of it.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { ListenerWindow, LiveFacts } from "../../listener/facts.ts";
import { acceptFaster, raiseLimit } from "../remedies/remedy.ts";
import { pick, processText, queueText, timeText } from "./finding-words.ts";
import { makeFinding } from "./make-finding.ts";

/** Full means limit + 1: at length = limit one more is admitted. */
export function isFull({ acceptQueue }: Pick<LiveFacts["listener"], "acceptQueue">): boolean {
  return acceptQueue.length >= acceptQueue.capacity;
}

/** Full at the moment of the look. */
export function acceptQueueFull(facts: LiveFacts): Finding | null {
  const { listener, window } = facts;
  if (listener.protocol === "unix" || !isFull(listener)) return null;
  const { acceptQueue, process } = listener;
  const watched = window === null ? "" : `, for ${timeText(window.fullMs)} of ${timeText(window.durationMs)}`;
  return makeFinding("accept-queue-full", {
    title: `The accept queue is full: ${queueText(acceptQueue)}; new connections are being refused.`,
    evidence: `${count(acceptQueue.length, "connection")} wait for accept() by ${processText(facts.owner?.process ?? process)}${watched}; the limit is ${acceptQueue.limit}, and one more fits`,
    samples: [{ acceptQueue }],
    remedy: [...acceptFaster(facts), ...raiseLimit(facts)],
  });
}

/** Full during the watch, with room again at its end. */
export function acceptQueueWasFull(facts: LiveFacts): Finding | null {
  const { listener, window } = facts;
  if (listener.protocol === "unix" || window === null || isFull(listener)) return null;
  const { capacity, length } = listener.acceptQueue;
  if (window.lengthMost < capacity) return null;
  return makeFinding("accept-queue-was-full", {
    title: `The accept queue was full for about ${timeText(window.fullMs)} of ${timeText(window.durationMs)}.`,
    evidence: `${window.lengthMost} of ${capacity} at its fullest, ${length} of ${capacity} at the end; looked ${count(window.looks, "time")}, at most ${timeText(window.longestGapMs)} apart`,
    remedy: [...acceptFaster(facts), ...raiseLimit(facts)],
  });
}

/** Packets refused because the accept queue was full, as far as they are this listener's. */
export function acceptQueueOverflow(facts: LiveFacts): Finding | null {
  const { window } = facts;
  if (window === null || window.dropsRise === 0) return null;
  const { own, shared } = window.refused["accept-queue-full"];
  if (own + shared === 0) return null;
  return makeFinding("accept-queue-overflow", {
    title: `${shared === 0 ? "" : "About "}${count(own + shared, "packet")} refused in ${timeText(window.durationMs)} because the accept queue was full.`,
    evidence: overflowEvidence(window, own, shared),
    counters: pick(window.counters, ["ListenOverflows", "ListenDrops"]),
    remedy: [...acceptFaster(facts), ...raiseLimit(facts)],
  });
}

function overflowEvidence(window: ListenerWindow, own: number, shared: number): string {
  const perSecond = (((own + shared) * 1000) / window.durationMs).toFixed(1);
  const drops =
    window.dropsRise === null ? "" : `; the listener's own drop counter rose by ${window.dropsRise}`;
  const others =
    window.othersDropping.length === 0 ? "" : `; also dropping: ${window.othersDropping.join(", ")}`;
  const parts =
    shared === 0
      ? "all of them while no other listener dropped"
      : `${own + shared} of them this listener's by its share of the drops`;
  return `ListenOverflows rose by ${window.counters["ListenOverflows"] ?? 0} (${perSecond} packets/s, resends included), ${parts}${drops}${others}`;
}
