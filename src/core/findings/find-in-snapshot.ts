/**
 * Adds to a snapshot what one look can find: each listener's findings, and its namespaces'. What takes time to see is
 * found by whoever watches (`why`, the sampler).
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import type { MachineFacts } from "../listener/machine-facts.ts";
import type { ObservedListener, Snapshot } from "../listener/snapshot/snapshot-document.ts";
import { findForListener, findForNamespace } from "./detect.ts";

/** The snapshot with its findings. `machine` is the one on which their remedies are typed, where that is this one. */
export function findInSnapshot(
  snapshot: Snapshot,
  hiddenProcesses: number,
  machine: MachineFacts | null = null,
): Snapshot {
  const namespaces = new Map(snapshot.namespaces.map((namespace) => [namespace.inode, namespace]));
  const groups = membersByGroup(snapshot.listeners);
  const listeners = snapshot.listeners.map((listener): ObservedListener => {
    const namespace = namespaces.get(listener.namespace);
    if (namespace === undefined) return listener;
    const members = groups.get(groupKey(listener)) ?? [listener];
    const facts = { listener, namespace, members, hiddenProcesses, machine, ...UNWATCHED };
    return { ...listener, findings: findForListener(facts) };
  });
  return { ...snapshot, listeners, findings: findInNamespaces({ ...snapshot, listeners }, machine) };
}

/** What one look does not tell. */
const UNWATCHED = { window: null, waiting: null, owner: null } as const;

/** The findings about the namespaces of a snapshot's listeners, or of those that were selected. */
export function findInNamespaces(
  { namespaces, listeners }: Snapshot,
  machine: MachineFacts | null = null,
): Finding[] {
  const own = namespaces.find(({ self }) => self) ?? null;
  return namespaces.flatMap((namespace) =>
    findForNamespace({
      namespace,
      own,
      machine,
      listeners: listeners.filter((listener) => listener.namespace === namespace.inode),
    }),
  );
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
