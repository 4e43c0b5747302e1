/**
 * A second listen() on somebody else's listener, through a copy of one of its holders' descriptors.
 *
 * @module
 */
import { SyscallError } from "../../../core/errors.ts";
import { type RaiseWords, refusalWords } from "../../../core/findings/raise-words.ts";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import type { ObservedListener } from "../../../core/listener/snapshot/snapshot-document.ts";
import { readTraceRights } from "../../linux/proc/trace-rights.ts";
import { inodeBehind, withCopiedDescriptor } from "../../linux/process/copied-descriptor.ts";
import { listenOn, throwIfFailed } from "../../linux/socket/tcp-socket.ts";

/**
 * Calls listen() with that backlog, or only finds out whether it may (`null`). Any holder will do, as all of them share one
 * socket. Returns null if it was done, else why not.
 */
export function listenAgain(listener: ObservedListener, backlog: number | null): RaiseWords | null {
  let refusal: RaiseWords | null = null;
  for (const holder of listener.holders) {
    const words = listenThrough(holder, listener.inode, backlog);
    if (words === null) return null;
    refusal ??= words;
  }
  return refusal ?? NO_HOLDER;
}

const NO_HOLDER: RaiseWords = {
  notes: ["no process that this user may look into holds the listener"],
  remedy: [
    "run it as root, in the PID namespace of the host: the kernel's own listeners (NFS) have no process at all",
  ],
};

function listenThrough(
  { pid, fd, name }: ListenerProcess,
  inode: number,
  backlog: number | null,
): RaiseWords | null {
  try {
    return withCopiedDescriptor(pid, fd, (copy) => {
      // The number may stand for another file by now.
      if (inodeBehind(copy) !== inode) return movedAway(name, pid);
      if (backlog !== null) throwIfFailed("listen", listenOn(copy, backlog));
      return null;
    });
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return refusalWords(error, { pid, fd, name }, readTraceRights());
  }
}

function movedAway(name: string, pid: number): RaiseWords {
  return {
    notes: [`${name} ${pid} closed the listener or opened it anew while we looked`],
    remedy: ["try again"],
  };
}
