/**
 * Every network namespace that this user can find: those of processes and their threads, those that a descriptor holds open,
 * and those that are mounted (`ip netns`, Docker). The kernel has no list of them. A namespace that only a socket keeps
 * alive cannot be found by anybody.
 *
 * @module
 */
import { statSync } from "node:fs";
import { couldNobodySeeMore, TO_SEE_NAMESPACES } from "../proc/capabilities.ts";
import {
  ENDED_ERRORS,
  isLinkHidden,
  listOrNull,
  PERMISSION_ERRORS,
  readLinkOrNull,
  readOr,
  readPids,
  readTextOrNull,
} from "../proc/vanishing.ts";

/** Where a namespace was found. */
export interface NamespacePlace {
  readonly inode: number;
  /** Opens it: `/proc/7/ns/net`, a descriptor's link, or a mount. */
  readonly path: string;
  /** A process in it, the lowest pid; null if it has none. */
  readonly pid: number | null;
  /** As `ip netns` knows it: the last part of the mount; null if it is not mounted. */
  readonly name: string | null;
}

/** What a search found. */
export interface NamespaceSearch {
  readonly places: readonly NamespacePlace[];
  /** Processes whose namespace this user may not see. */
  readonly hiddenProcesses: number;
}

/** The inode of the namespace in which the calling thread is. */
export function ownNamespaceInode(): number {
  return namespaceInode(readLinkOrNull("/proc/thread-self/ns/net") ?? "") ?? 0;
}

/** The first PID namespace has this inode always. @kernel include/linux/proc_ns.h PROC_PID_INIT_INO v6.18 */
const FIRST_PID_NAMESPACE = "pid:[4026531836]";

/** False in a container with PIDs of its own: the namespaces of processes outside cannot be found from there. */
export function isInFirstPidNamespace(): boolean {
  return readLinkOrNull("/proc/self/ns/pid") === FIRST_PID_NAMESPACE;
}

/** The inode in a link such as `"net:[4026531840]"`, or null for a link of another kind. */
export function namespaceInode(link: string): number | null {
  return link.startsWith("net:[") ? Number(link.slice("net:[".length, -1)) : null;
}

/** Finds them: processes first, so that a namespace that has one is named by it. */
export function findNamespaces(): NamespaceSearch {
  const found = new Map<number, NamespacePlace>();
  const pids = readPids();
  const hidden = pids.filter((pid) => !addProcess(pid, found)).length;
  const unreadable = hidden > 0 && couldNobodySeeMore(TO_SEE_NAMESPACES) ? 0 : hidden;
  // Every PID namespace has a process 1: where /proc does not show it, it hides other users' processes (hidepid).
  const hiddenProcesses = unreadable + (pids.includes(1) ? 0 : 1);
  for (const pid of pids) addLinks(`/proc/${pid}/task`, "/ns/net", pid, found);
  for (const pid of pids) addLinks(`/proc/${pid}/fd`, "", null, found);
  addMounts(found);
  return { places: [...found.values()], hiddenProcesses };
}

/** False if this user may not look. */
function addProcess(pid: number, found: Map<number, NamespacePlace>): boolean {
  const path = `/proc/${pid}/ns/net`;
  const inode = namespaceInode(readLinkOrNull(path) ?? "");
  if (inode !== null) add({ inode, path, pid, name: null }, found);
  return inode !== null || !isLinkHidden(path);
}

function addLinks(
  folder: string,
  rest: string,
  pid: number | null,
  found: Map<number, NamespacePlace>,
): void {
  const names = listOrNull(folder) ?? [];
  // A process with one thread has said it already.
  if (rest !== "" && names.length < 2) return;
  for (const name of names) {
    const path = `${folder}/${name}${rest}`;
    const inode = namespaceInode(readLinkOrNull(path) ?? "");
    if (inode !== null) add({ inode, path, pid, name: null }, found);
  }
}

/** A mounted namespace keeps its process's path but gets its name from the mount. */
function addMounts(found: Map<number, NamespacePlace>): void {
  for (const path of mountedNamespaces(readTextOrNull("/proc/self/mountinfo") ?? "")) {
    const inode = readOr([...PERMISSION_ERRORS, ...ENDED_ERRORS], null, () => statSync(path).ino);
    if (inode === null) continue;
    const known = found.get(inode);
    const name = path.slice(path.lastIndexOf("/") + 1);
    found.set(inode, known === undefined ? { inode, path, pid: null, name } : { ...known, name });
  }
}

/**
 * The paths at which network namespaces are mounted. The fourth field is the root, `net:[INODE]`, the fifth the mount point,
 * in which blanks and backslashes stand as octal numbers.
 *
 * @kernel fs/proc_namespace.c show_mountinfo() v6.18
 */
export function mountedNamespaces(mountinfo: string): string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [, , , root = "", point = ""] = line.split(" ");
    return root.startsWith("net:[") ? [unescapeMount(point)] : [];
  });
}

function unescapeMount(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function add(place: NamespacePlace, found: Map<number, NamespacePlace>): void {
  if (!found.has(place.inode)) found.set(place.inode, place);
}
