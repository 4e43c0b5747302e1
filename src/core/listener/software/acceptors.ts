/**
 * Which of several holders of a listener accept. Pure.
 *
 * @module
 */
import type { ListenerProcess } from "../listener-process.ts";
import { findSoftware } from "./find-software.ts";
import { forksForClients, isInit, isSupervisor, neverAccepts } from "./process-roles.ts";

/**
 * Without those that only hold the socket: what is no server, who opened it for another one, and the parent of workers of the same
 * program, or the workers where each is for one client. All of them if nobody is left.
 */
export function acceptorsOf<Holder extends { readonly process: ListenerProcess }>(
  holders: readonly Holder[],
): readonly Holder[] {
  const others = holders.filter(({ process }) => !isSupervisor(process));
  const isHandedOn = others.length > 0 && others.length < holders.length;
  const candidates = isHandedOn ? others : holders;
  const servers = candidates.filter(({ process }) => !neverAccepts(process) && !isInit(process));
  const [parent, ...rest] = servers;
  if (parent === undefined) return candidates;
  if (forksForClients(parent.process)) return [parent];
  const workers = rest.filter(({ process }) => isSameProgram(process, parent.process));
  return workers.length > 0 && !isHandedOn ? workers : servers;
}

/** Workers may call themselves by another title than their parent: `gunicorn: maste`, `gunicorn: worke`. */
function isSameProgram(a: ListenerProcess, b: ListenerProcess): boolean {
  const software = findSoftware(a.name);
  return a.name === b.name || (software !== null && software === findSoftware(b.name));
}
