/**
 * Which listeners of a snapshot the user asked for. Pure.
 *
 * @module
 */
import { findInNamespaces } from "../../core/findings/find-in-snapshot.ts";
import type { MachineFacts } from "../../core/listener/machine-facts.ts";
import type {
  ListenerProcess,
  ObservedListener,
  Snapshot,
} from "../../core/listener/snapshot/snapshot-document.ts";

/** What to keep; what is left out keeps all. */
export interface ListenerSelection {
  readonly port?: number | undefined;
  /** A process name as the kernel has it, or a pid in digits. */
  readonly process?: string | undefined;
}

/** The snapshot with only the listeners that fit, and the findings about their namespaces. */
export function selectListeners(
  snapshot: Snapshot,
  selection: ListenerSelection,
  machine: MachineFacts | null = null,
): Snapshot {
  const listeners = snapshot.listeners.filter((listener) => isSelected(listener, selection));
  return { ...snapshot, listeners, findings: findInNamespaces({ ...snapshot, listeners }, machine) };
}

/** Puts the holders that fit first, so that a listener is shown with the process that was asked for. */
export function preferProcess<T extends ListenerProcess>(
  holders: ReadonlyMap<number, readonly T[]>,
  wanted: string,
): Map<number, readonly T[]> {
  const rank = (holder: T) => (isProcess(holder, wanted) ? 0 : 1);
  const preferred = ([inode, all]: [number, readonly T[]]): [number, readonly T[]] => [
    inode,
    [...all].sort((a, b) => rank(a) - rank(b)),
  ];
  return new Map([...holders].map(preferred));
}

function isSelected(
  { port, holders }: ObservedListener,
  { port: wanted, process }: ListenerSelection,
): boolean {
  if (wanted !== undefined && port !== wanted) return false;
  return process === undefined || holders.some((holder) => isProcess(holder, process));
}

function isProcess({ pid, name }: ListenerProcess, wanted: string): boolean {
  return name === wanted || String(pid) === wanted;
}
