/**
 * Which process holds a socket: from inode to pid, name and descriptor, by reading the links in /proc/PID/fd. The kernel
 * keeps no way back from a socket to its holders, so this is a search, and it ends as soon as every inode is found.
 * Only what this user may read is found; the rest is counted.
 *
 * @module
 */
import { decodeName } from "../../../core/wire/name-text.ts";
import { couldNobodySeeMore, TO_SEE_DESCRIPTORS } from "./capabilities.ts";
import { livingThread } from "./living-thread.ts";
import { isLinkHidden, listOrNull, readBytesOrNull, readLinkOrNull, readPids } from "./vanishing.ts";

/** One holder of a socket. */
export interface SocketHolder {
  readonly pid: number;
  /** The kernel's short name of the process (`/proc/PID/comm`), at most 15 bytes. */
  readonly name: string;
  readonly fd: number;
}

/** What a search found. */
export interface HolderSearch {
  /** The holders of each inode, in the order in which `holderOrder` puts the processes; nothing for an inode not found. */
  readonly holders: ReadonlyMap<number, readonly SocketHolder[]>;
  /** Processes whose descriptors this user may not see. An inode without a holder may be theirs. */
  readonly hiddenProcesses: number;
}

/** How far to search. */
export interface HolderSearchOptions {
  /** True: all holders of each inode. False (if left out): stops when each inode has one. */
  readonly all?: boolean;
}

/**
 * Finds who holds the sockets with these inodes.
 *
 * A socket may have several holders, by fork() or by systemd's socket activation. The first is the process with the
 * lowest pid other than 1: the parent of a pre-forking server, and the service itself rather than the systemd that
 * opened the socket for it. PID 1 comes last: it is the answer only if nobody else has the socket.
 */
export function findSocketHolders(inodes: Iterable<number>, options: HolderSearchOptions = {}): HolderSearch {
  const search = searchSocketHolders(inodes, options);
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
  }
}

/** The same step by step, a process at a time, for whoever must not stand still for long. */
export function* searchSocketHolders(
  inodes: Iterable<number>,
  options: HolderSearchOptions = {},
): Generator<undefined, HolderSearch> {
  const wanted = new Set(inodes);
  const holders = new Map<number, SocketHolder[]>();
  const pids = wanted.size === 0 ? [] : readPids();
  // Every PID namespace has a process 1: where /proc does not show it, it hides other users' processes (hidepid).
  let hiddenProcesses = pids.length === 0 || pids.includes(1) ? 0 : 1;
  for (const pid of holderOrder(pids)) {
    const found = readSocketLinks(pid, wanted);
    if (found === "hidden") hiddenProcesses += 1;
    else addHolders(pid, found, holders);
    if (options.all !== true && holders.size === wanted.size) break;
    yield;
  }
  return { holders, hiddenProcesses };
}

/** Pids in the order in which their processes count as holders: lowest first, 1 last. */
export function holderOrder(pids: readonly number[]): number[] {
  const rank = (pid: number) => (pid === 1 ? Number.POSITIVE_INFINITY : pid);
  return [...pids].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** The inode in a link such as `"socket:[8914]"`, or null for a link of another kind. */
export function socketInode(link: string): number | null {
  return link.startsWith("socket:[") ? Number(link.slice("socket:[".length, -1)) : null;
}

interface SocketLink {
  readonly fd: number;
  readonly inode: number;
}

function addHolders(pid: number, links: readonly SocketLink[], holders: Map<number, SocketHolder[]>): void {
  if (links.length === 0) return;
  const name = readProcessName(pid);
  if (name === null) return;
  for (const { fd, inode } of links) {
    const known = holders.get(inode) ?? [];
    // A process that has the socket twice (dup) is one holder, by its first descriptor.
    if (known.some((holder) => holder.pid === pid)) continue;
    holders.set(inode, [...known, { pid, name, fd }]);
  }
}

function readSocketLinks(pid: number, wanted: ReadonlySet<number>): SocketLink[] | "hidden" {
  const { folder, names } = readDescriptors(pid);
  if (names === null) return "hidden";
  const links: SocketLink[] = [];
  const found = new Set<number>();
  let isAnyReadable = false;
  for (const name of names) {
    // A server has its listener among its first descriptors, and ten thousand connections behind it.
    if (found.size === wanted.size) break;
    const link = readLinkOrNull(`${folder}/${name}`);
    isAnyReadable ||= link !== null;
    const inode = socketInode(link ?? "");
    if (inode === null || !wanted.has(inode) || found.has(inode)) continue;
    found.add(inode);
    links.push({ fd: Number(name), inode });
  }
  // CAP_DAC_READ_SEARCH alone lists the folder and reads no link in it.
  const isHidden = !isAnyReadable && names.some((name) => isLinkHidden(`${folder}/${name}`));
  if (isHidden && !couldNobodySeeMore(TO_SEE_DESCRIPTORS)) return "hidden";
  return links.sort((a, b) => a.fd - b.fd);
}

/** Its descriptors, and where their links are. */
function readDescriptors(pid: number): { readonly folder: string; readonly names: string[] | null } {
  const folder = `/proc/${pid}/fd`;
  const names = listOrNull(folder);
  if (names === null || names.length > 0) return { folder, names };
  const living = livingThread(pid);
  return living === null ? { folder, names } : { folder: `${living}/fd`, names: listOrNull(`${living}/fd`) };
}

/** A process's short name; bytes that are no UTF-8 stand as `\xNN`. Null if it has ended. */
export function readProcessName(pid: number): string | null {
  const bytes = readBytesOrNull(`/proc/${pid}/comm`);
  return bytes === null ? null : decodeName(bytes).replace(/\n$/, "");
}
