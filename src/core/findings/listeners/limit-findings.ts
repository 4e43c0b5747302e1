/**
 * The limit itself: clamped, out of date, about to shrink, or too large.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { findSoftware, isServerProgram } from "../../listener/software/find-software.ts";
import { parseRelease } from "../../model/rules/kernel-era.ts";
import { acceptFaster, softwareLines, suggestedBacklog } from "../remedies/remedy.ts";
import { somaxconnLines } from "../remedies/sysctl-remedy.ts";
import { timeText } from "./finding-words.ts";
import { makeFinding } from "./make-finding.ts";
import { isTooLong, PATIENCE_MS } from "./standing-still.ts";

/**
 * What net.core.somaxconn is by default, from this version on.
 *
 * @kernel include/linux/socket.h SOMAXCONN v5.4
 */
const DEFAULT_SOMAXCONN = { before: 128, since: 4096, version: [5, 4] } as const;
const RESTART = "restart the process: the limit changes only when it calls listen() again";

/** Likely, not certain: the software's default is larger and the limit is exactly somaxconn. */
export function limitClamped(facts: LiveFacts): Finding | null {
  const { listener, namespace } = facts;
  const { limit } = listener.acceptQueue;
  const software = findSoftware(listener.process?.name);
  if (isTooLong(facts)) return null;
  if (limit !== namespace.sysctls.somaxconn || typeof software?.defaultBacklog !== "number") return null;
  if (software.defaultBacklog <= limit) return null;
  return makeFinding("limit-clamped", {
    title: `net.core.somaxconn (${limit}) likely clamps what ${software.name} asks for (${software.defaultBacklog}).`,
    evidence: `${listener.limitSetByEvidence}; ${software.evidence}`,
    remedy: somaxconnLines(facts, software.defaultBacklog),
  });
}

/** An old somaxconn: the software asks for more than the limit, the sysctl permits more, and the limit is a former default. */
export function limitStale(facts: LiveFacts): Finding | null {
  const { listener, namespace } = facts;
  const { limit } = listener.acceptQueue;
  const { somaxconn } = namespace.sysctls;
  if (isTooLong(facts)) return null;
  if (somaxconn !== null && limit < somaxconn && facts.formerSomaxconn?.includes(limit) === true)
    return raisedMeanwhile(facts, somaxconn);
  const software = findSoftware(listener.process?.name);
  const wanted = software?.defaultBacklog ?? null;
  if (software === null || wanted === null || somaxconn === null || limit >= somaxconn) return null;
  const asked = wanted === "somaxconn" ? somaxconn : Math.min(wanted, somaxconn);
  if (asked <= limit) return null;
  const isFormer = limit === defaultSomaxconn(facts.machine?.kernelVersion ?? null);
  if (!isFormer && (wanted === "somaxconn" || !isServerProgram(software))) return null;
  return makeFinding("limit-stale", {
    ...(isFormer ? {} : { severity: "info" }),
    title: isFormer
      ? `The limit (${limit}) looks like an older net.core.somaxconn, which is ${somaxconn} now.`
      : `The limit (${limit}) is below what ${software.name} asks for unless told otherwise (${wanted}): configured so, or an older net.core.somaxconn.`,
    evidence: isFormer
      ? `${listener.limitSetByEvidence}; ${limit} was the kernel's default`
      : listener.limitSetByEvidence,
    // Another number than the default: nginx calls listen() again for no other reason.
    remedy: [
      isFormer ? RESTART : `unless it is configured to ${limit}: ${RESTART}`,
      ...softwareLines(listener, Math.min(somaxconn, suggestedBacklog(limit))).slice(0, 1),
    ],
  });
}

/** The kernel's own; of an unknown kernel that of the newer ones. */
function defaultSomaxconn(kernelVersion: string | null): number {
  const [major, minor] = parseRelease(kernelVersion ?? "") ?? [Number.POSITIVE_INFINITY, 0];
  const { before, since, version } = DEFAULT_SOMAXCONN;
  return major < version[0] || (major === version[0] && minor < version[1]) ? before : since;
}

/** Somebody raised somaxconn while it was watched, and the limit is what it was before. */
function raisedMeanwhile({ listener }: LiveFacts, somaxconn: number): Finding {
  const { limit } = listener.acceptQueue;
  return makeFinding("limit-stale", {
    title: `net.core.somaxconn was raised to ${somaxconn}, and the limit is still the old one, ${limit}.`,
    evidence: `net.core.somaxconn was ${limit} during the watch and is ${somaxconn} now; ${listener.limitSetByEvidence}`,
    remedy: [RESTART, ...softwareLines(listener, somaxconn).slice(0, 1)],
  });
}

/** Certain: nothing else leaves a limit above somaxconn. */
export function somaxconnLowered(facts: LiveFacts): Finding | null {
  const { listener, namespace } = facts;
  if (listener.limitSetBy !== "somaxconn-lowered") return null;
  return makeFinding("somaxconn-lowered", {
    title: `net.core.somaxconn is ${namespace.sysctls.somaxconn}, below the limit: after the next restart the queue is shorter.`,
    evidence: listener.limitSetByEvidence,
    remedy: somaxconnLines(facts, listener.acceptQueue.limit),
  });
}

/** Somebody was taken during the watch, and yet the oldest has waited longer than clients do. */
export function limitTooLarge(facts: LiveFacts): Finding | null {
  const { listener, waiting, window } = facts;
  const taken = waiting?.takenAtLeast ?? 0;
  const oldestMs = waiting?.oldestMs ?? 0;
  if (window === null || !isTooLong(facts)) return null;
  const { length, limit } = listener.acceptQueue;
  const withinPatience = Math.ceil((taken * PATIENCE_MS) / window.durationMs);
  return makeFinding("limit-too-large", {
    title: `Who is accepted now has waited for ${timeText(oldestMs)}: most clients have given up by then.`,
    evidence: `${length} wait, the oldest for ${timeText(oldestMs)}; ${taken} were accepted in ${timeText(window.durationMs)}, which is ${withinPatience} in ${timeText(PATIENCE_MS)}`,
    remedy: [...acceptFaster(facts), ...softwareLines(listener, Math.min(limit, withinPatience)).slice(0, 1)],
  });
}
