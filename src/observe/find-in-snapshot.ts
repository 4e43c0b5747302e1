/**
 * Adds to a snapshot what one look can find: each listener's findings, and its namespaces'. What takes time to see is
 * found by whoever watches (`why`, the sampler).
 *
 * @module
 */
import { findForListener, findForNamespace } from "../findings/live/detect.ts";
import type { ObservedListener, Snapshot } from "./snapshot-document.ts";

/** The snapshot with its findings. */
export function findInSnapshot(snapshot: Snapshot, hiddenProcesses: number): Snapshot {
  const namespaces = new Map(snapshot.namespaces.map((namespace) => [namespace.inode, namespace]));
  const groups = membersByGroup(snapshot.listeners);
  const listeners = snapshot.listeners.map((listener): ObservedListener => {
    const namespace = namespaces.get(listener.namespace);
    if (namespace === undefined) return listener;
    const members = groups.get(groupKey(listener)) ?? [listener];
    const facts = { listener, namespace, members, hiddenProcesses, window: null, waiting: null, owner: null };
    return { ...listener, findings: findForListener(facts) };
  });
  const own = snapshot.namespaces.find(({ self }) => self) ?? null;
  const findings = snapshot.namespaces.flatMap((namespace) =>
    findForNamespace({
      namespace,
      own,
      listeners: listeners.filter((listener) => listener.namespace === namespace.inode),
    }),
  );
  return { ...snapshot, listeners, findings };
}

/** The members of each SO_REUSEPORT group. */
function membersByGroup(listeners: readonly ObservedListener[]): Map<string, ObservedListener[]> {
  const groups = new Map<string, ObservedListener[]>();
  for (const listener of listeners) {
    if (listener.group === null) continue;
    const key = groupKey(listener);
    groups.set(key, [...(groups.get(key) ?? []), listener]);
  }
  return groups;
}

function groupKey({ namespace, group }: ObservedListener): string {
  return `${namespace} ${group}`;
}
