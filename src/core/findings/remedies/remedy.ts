/**
 * What to do about a queue: get more connections accepted, or make it longer by the exact setting of the software where that
 * is known, with what must be restarted for it to count. Pure.
 *
 * @module
 */

import type { ListenerFacts, LiveFacts } from "../../listener/facts.ts";
import { findSoftware } from "../../listener/software/find-software.ts";
import { isTooLong } from "../listeners/standing-still.ts";
import { raiseNow } from "./raise-remedy.ts";
import { sysctlLines } from "./sysctl-remedy.ts";

const LEAST_SUGGESTION = 1024;
const MOST_SUGGESTION = 65_535;

/** A backlog worth trying: four times as many as now, at least a thousand. How many are right, `listenq plan` works out. */
export function suggestedBacklog(limit: number): number {
  return Math.min(MOST_SUGGESTION, Math.max(LEAST_SUGGESTION, 4 * limit));
}

/** Lines that get more connections accepted: the cause of every full queue. */
export function acceptFaster({ listener }: Pick<LiveFacts, "listener">): string[] {
  const software = findSoftware(listener.process?.name);
  if (software?.acceptFaster) return [`${software.acceptFaster}: a longer queue only buys time`];
  return ["find out what keeps the process from calling accept(): a longer queue only buys time"];
}

/**
 * Lines that make the queue longer, now and for good: the sysctl first, since it clamps what comes after it. None
 * where the queue is longer than clients are patient.
 */
export function raiseLimit(
  facts: Pick<LiveFacts, "listener" | "namespace" | "machine"> &
    Partial<Pick<LiveFacts, "window" | "waiting">>,
): string[] {
  const { listener, namespace, window = null, waiting = null } = facts;
  if (isTooLong({ window, waiting })) return [];
  const backlog = suggestedBacklog(listener.acceptQueue.limit);
  const { somaxconn } = namespace.sysctls;
  const isClamped = somaxconn !== null && somaxconn < backlog;
  // A container's somaxconn is set where it is started, and with that it begins anew.
  const canBeRaised = !isClamped || namespace.self;
  return [
    ...(isClamped ? sysctlLines(facts, "net.core.somaxconn", backlog) : []),
    ...(canBeRaised ? raiseNow(listener, namespace, backlog) : []),
    ...softwareLines(listener, backlog),
  ];
}

/** The lines of the software alone: the setting, and what makes it count. */
export function softwareLines(listener: ListenerFacts, backlog: number): string[] {
  const software = findSoftware(listener.process?.name);
  const socket = listener.process?.pid === 1 ? [] : activationLines(listener, backlog);
  if (software === null) {
    return [
      `pass a larger backlog to listen(fd, ${backlog}) in the program, then restart it (Go takes net.core.somaxconn when it starts and has no setting; Rust's std passes 128)`,
      ...socket,
    ];
  }
  const { backlogLine, apply } = software;
  return [`${backlogLine(backlog)}${apply === null ? "" : `; then: ${apply}`}`, ...socket];
}

/** Under socket activation there are two numbers: systemd's, and the service's own if it calls listen() again. */
function activationLines({ container, process }: ListenerFacts, backlog: number): string[] {
  const FIRST_INHERITED_FD = 3;
  if (container?.runtime !== "systemd" || process?.fd !== FIRST_INHERITED_FD) return [];
  return [`if systemd opens the socket: Backlog=${backlog} in its .socket unit as well`];
}
