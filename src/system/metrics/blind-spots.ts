/**
 * What a page of metrics does not show because this process may not look, and what would permit it, in words for an operator.
 *
 * @module
 */

import { isInFirstPidNamespace } from "../linux/namespace/namespace-list.ts";
import {
  type Capability,
  obstacles,
  TO_SEE_DESCRIPTORS,
  TO_SEE_NAMESPACES,
} from "../linux/proc/capabilities.ts";
import type { NamespaceScope, UnseenNamespace } from "../observe/namespace-scope.ts";

interface Watcher {
  readonly unseen: readonly UnseenNamespace[];
  readonly hiddenNamespaces: number;
}

interface Seen {
  readonly listeners: readonly { readonly process: object | null }[];
  readonly hiddenProcesses: number;
}

/** Pairs of what it is, the same as long as the reason is, and a sentence. Empty if all can be seen. */
export function blindSpots(scope: NamespaceScope | "own", watcher: Watcher, seen: Seen): [string, string][] {
  const { unseen, hiddenNamespaces } = watcher;
  const spots: [string, string][] = [];
  if (scope === "all" && !isInFirstPidNamespace())
    spots.push([
      "pids",
      "processes outside this container are not shown, nor are their namespaces: it has PIDs of its own (hostPID)",
    ]);
  for (const reason of new Set(unseen.map((one) => one.reason))) {
    const those = unseen.filter((one) => one.reason === reason);
    const words = `${count(those.length, "namespace")} not shown (${reason})`;
    spots.push([`unseen ${reason}`, words + because(["SYS_ADMIN"])]);
  }
  if (hiddenNamespaces > 0) {
    const words = `${count(hiddenNamespaces, "process", "es")} hidden, with the namespaces in which only such are`;
    spots.push(["namespaces", words + because(TO_SEE_NAMESPACES)]);
  }
  if (seen.hiddenProcesses > 0 && seen.listeners.some(({ process }) => process === null)) {
    const words = `${count(seen.hiddenProcesses, "process", "es")} hidden, so some listeners are without process and container`;
    spots.push(["processes", words + because(TO_SEE_DESCRIPTORS)]);
  }
  return spots;
}

function count(number: number, noun: string, plural = "s"): string {
  return number === 1 ? `1 ${noun} is` : `${number} ${noun}${plural} are`;
}

function because(needed: readonly Capability[]): string {
  const known = obstacles(needed);
  return known.length === 0 ? "" : `: ${known.join(", ")}`;
}
