/**
 * The sockets that one process holds, and how its main thread is at this moment.
 *
 * @module
 */
import { folderOfProcess } from "./living-thread.ts";
import { parseWchan, stateIn } from "./process-state.ts";
import { socketInode } from "./processes.ts";
import { listOrNull, readLinkOrNull, readTextOrNull } from "./vanishing.ts";

/** The inodes of its sockets; none where this user may not look. */
export function readSocketInodes(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  return (listOrNull(folder) ?? []).flatMap(
    (fd) => socketInode(readLinkOrNull(`${folder}/${fd}`) ?? "") ?? [],
  );
}

/** Its main thread, or one that outlived it: the kernel's letter, and the function in which it sleeps; null where that cannot be seen. */
export function readMainThread(pid: number): {
  readonly state: string | null;
  readonly sleepsIn: string | null;
} {
  const folder = folderOfProcess(pid, stateIn(`/proc/${pid}`));
  return { state: stateIn(folder), sleepsIn: parseWchan(readTextOrNull(`${folder}/wchan`) ?? "") };
}
