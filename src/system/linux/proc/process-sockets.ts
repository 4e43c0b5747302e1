/**
 * The sockets that one process holds, and how its main thread is at this moment.
 *
 * @module
 */
import { parseStat, parseWchan } from "./process-state.ts";
import { socketInode } from "./processes.ts";
import { listOrNull, readLinkOrNull, readTextOrNull } from "./vanishing.ts";

/** The inodes of its sockets; none where this user may not look. */
export function readSocketInodes(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  return (listOrNull(folder) ?? []).flatMap(
    (fd) => socketInode(readLinkOrNull(`${folder}/${fd}`) ?? "") ?? [],
  );
}

/** Its main thread: the kernel's letter, and the function in which it sleeps; null where that cannot be seen. */
export function readMainThread(pid: number): {
  readonly state: string | null;
  readonly sleepsIn: string | null;
} {
  return {
    state: parseStat(readTextOrNull(`/proc/${pid}/stat`) ?? "")?.state ?? null,
    sleepsIn: parseWchan(readTextOrNull(`/proc/${pid}/wchan`) ?? ""),
  };
}
