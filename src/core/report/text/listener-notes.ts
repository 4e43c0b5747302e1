/**
 * What the table of listeners cannot say in its cells: why a process or a SYN queue is not known.
 *
 * @module
 */

interface NotedListener {
  readonly group: string | null;
  readonly synQueue: { readonly length: number | null };
  readonly process: { readonly pid: number } | null;
  readonly protocol: string;
}

/** The notes below a table of these listeners. */
export function notesOf(
  listeners: readonly NotedListener[],
  { hiddenProcesses }: { readonly hiddenProcesses: number },
): string[] {
  const unknown = listeners.filter((listener) => listener.process === null).length;
  const notes = unknown === 0 ? [] : [unknownProcessNote(unknown, hiddenProcesses)];
  if (listeners.some(({ synQueue, group }) => group !== null && synQueue.length === null)) {
    notes.push(
      "? in SYN QUEUE: the kernel does not say to which member of a reuseport group a request belongs",
    );
  }
  return notes;
}

function unknownProcessNote(unknown: number, hiddenProcesses: number): string {
  const what = unknown === 1 ? "the process of one listener" : `the processes of ${unknown} listeners`;
  const verb = unknown === 1 ? "is" : "are";
  if (hiddenProcesses > 0) return `${what} ${verb} hidden from this user; run it as root to see all`;
  return `${what} ${verb} not visible here: the kernel's own, or in another PID namespace`;
}

/** What could not be looked at, as sentences for stderr. */
export function missingNotes({
  hiddenProcesses,
  hiddenNamespaces = 0,
  unseen,
}: {
  readonly hiddenProcesses: number;
  readonly hiddenNamespaces?: number;
  readonly unseen: readonly {
    readonly inode: number;
    readonly name: string | null;
    readonly reason: string;
  }[];
}): string[] {
  const notes: string[] = [];
  if (hiddenProcesses > 0) notes.push("some processes are hidden from this user; run it as root to see all");
  if (hiddenNamespaces > 0) {
    const which = hiddenNamespaces === 1 ? "other users' processes" : `${hiddenNamespaces} processes`;
    notes.push(`the namespaces of ${which} are hidden from this user; run it as root to see all`);
  }
  const [first] = unseen;
  if (first !== undefined) {
    const which = unseen.length === 1 ? "one namespace" : `${unseen.length} namespaces`;
    notes.push(`${which} could not be looked at (${first.reason}); run it as root to see all`);
  }
  return notes;
}
