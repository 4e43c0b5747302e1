/**
 * Which listeners of a snapshot the user asked for. Pure.
 *
 * @module
 */
import type { Snapshot, SnapshotListener } from "./snapshot-document.ts";

/** What to keep; what is left out keeps all. */
export interface ListenerSelection {
  readonly port?: number | undefined;
  /** A process name as the kernel has it, or a pid in digits. */
  readonly process?: string | undefined;
}

/** The snapshot with only the listeners that fit. */
export function selectListeners(snapshot: Snapshot, selection: ListenerSelection): Snapshot {
  return { ...snapshot, listeners: snapshot.listeners.filter((listener) => isSelected(listener, selection)) };
}

function isSelected({ port, process }: SnapshotListener, selection: ListenerSelection): boolean {
  if (selection.port !== undefined && port !== selection.port) return false;
  if (selection.process === undefined) return true;
  return (
    process !== null && (process.name === selection.process || String(process.pid) === selection.process)
  );
}
