/**
 * Who holds a socket, asked again and again: what was found is checked by reading one link, and only sockets without a
 * known holder cost a search of /proc (`processes.ts`). A pid that was given to another process is noticed, because its
 * descriptor then leads elsewhere.
 *
 * @module
 */
import { findSocketHolders, type SocketHolder, socketInode } from "./processes.ts";
import { readLinkOrNull } from "./vanishing.ts";

/** How long a socket that nobody seems to hold is left alone: a search for it walks all of /proc. */
const SEARCH_AGAIN_MS = 5_000;

/** What a look found. */
export interface CachedHolders {
  readonly holders: ReadonlyMap<number, readonly SocketHolder[]>;
  readonly hiddenProcesses: number;
}

/** Holders by inode, kept between looks. */
export class HolderCache {
  readonly #known = new Map<number, readonly SocketHolder[]>();
  readonly #searchedMs = new Map<number, number>();
  #hiddenProcesses = 0;

  /** The holders of these sockets; forgets all others. `nowMs` is any clock that does not go backwards. */
  find(inodes: ReadonlySet<number>, nowMs: number): CachedHolders {
    this.#forget(inodes);
    const missing = [...inodes].filter((inode) => !this.#isKnown(inode));
    const due = missing.filter(
      (inode) => nowMs - (this.#searchedMs.get(inode) ?? -Infinity) >= SEARCH_AGAIN_MS,
    );
    if (due.length > 0) this.#search(missing, nowMs);
    return { holders: new Map(this.#known), hiddenProcesses: this.#hiddenProcesses };
  }

  #search(inodes: readonly number[], nowMs: number): void {
    const { holders, hiddenProcesses } = findSocketHolders(inodes, { all: true });
    this.#hiddenProcesses = hiddenProcesses;
    for (const inode of inodes) {
      this.#searchedMs.set(inode, nowMs);
      const found = holders.get(inode);
      if (found !== undefined) this.#known.set(inode, found);
    }
  }

  #isKnown(inode: number): boolean {
    const first = this.#known.get(inode)?.[0];
    if (first === undefined) return false;
    const link = readLinkOrNull(`/proc/${first.pid}/fd/${first.fd}`) ?? "";
    if (socketInode(link) === inode) return true;
    this.#known.delete(inode);
    this.#searchedMs.delete(inode);
    return false;
  }

  #forget(wanted: ReadonlySet<number>): void {
    for (const map of [this.#known, this.#searchedMs])
      for (const inode of map.keys()) if (!wanted.has(inode)) map.delete(inode);
  }
}
