/**
 * Who holds a socket, asked again and again: what was found is checked by reading a link of each process, and only sockets
 * without a known holder cost a search of /proc (`processes.ts`), which goes on in steps. A pid that was given to another
 * process is noticed, because its descriptor then leads elsewhere.
 *
 * @module
 */
import { type HolderSearch, type SocketHolder, searchSocketHolders, socketInode } from "./processes.ts";
import { readLinkOrNull } from "./vanishing.ts";

/** How long a socket that nobody seems to hold is left alone: a search for it walks all of /proc. */
const SEARCH_AGAIN_MS = 5_000;

interface RunningSearch {
  readonly steps: Generator<undefined, HolderSearch>;
  readonly inodes: ReadonlySet<number>;
  readonly startedMs: number;
}

/** Holders by inode, kept between looks. */
export class HolderCache {
  readonly #known = new Map<number, readonly SocketHolder[]>();
  readonly #searchedMs = new Map<number, number>();
  #wanted: ReadonlySet<number> = new Set();
  #search: RunningSearch | null = null;
  #checks = 0;
  #hiddenProcesses = 0;

  /** Holders by inode, as far as they were found. */
  get holders(): ReadonlyMap<number, readonly SocketHolder[]> {
    return this.#known;
  }

  /** Processes whose descriptors this user may not read. */
  get hiddenProcesses(): number {
    return this.#hiddenProcesses;
  }

  /** True while a search is not at its end. */
  get isSearching(): boolean {
    return this.#search !== null;
  }

  /** Says whose holders matter from now on, checks those that are known, and begins a search for the others if it is time. */
  want(inodes: ReadonlySet<number>, nowMs: number): void {
    this.#wanted = inodes;
    for (const map of [this.#known, this.#searchedMs])
      for (const inode of map.keys()) if (!inodes.has(inode)) map.delete(inode);
    this.#check();
    this.#beginIfDue(nowMs);
  }

  /** Goes on with the search for about so long; does nothing without one. */
  step(budgetMs: number): void {
    const until = performance.now() + budgetMs;
    while (this.#search !== null && performance.now() < until) this.#advance(this.#search);
  }

  /** Goes on to the end, for whoever needs the answer now. */
  finish(): void {
    while (this.#search !== null) this.#advance(this.#search);
  }

  #advance(search: RunningSearch): void {
    const { done, value } = search.steps.next();
    if (done !== true) return;
    this.#search = null;
    this.#hiddenProcesses = value.hiddenProcesses;
    for (const inode of search.inodes) {
      if (!this.#wanted.has(inode)) continue;
      this.#searchedMs.set(inode, search.startedMs);
      const found = value.holders.get(inode);
      if (found !== undefined) this.#known.set(inode, found);
    }
    // Whoever was wanted since then was not looked for.
    this.#beginIfDue(search.startedMs);
  }

  #beginIfDue(nowMs: number): void {
    if (this.#search !== null) return;
    const missing = [...this.#wanted].filter((inode) => !this.#known.has(inode));
    const isDue = missing.some(
      (inode) => nowMs - (this.#searchedMs.get(inode) ?? -Infinity) >= SEARCH_AGAIN_MS,
    );
    if (!isDue) return;
    const inodes = new Set(missing);
    this.#search = { steps: searchSocketHolders(inodes, { all: true }), inodes, startedMs: nowMs };
  }

  /** One socket of each process at a time, another one each time: a process that has ended is noticed at once. */
  #check(): void {
    this.#checks += 1;
    for (const sockets of this.#socketsByProcess().values()) {
      const inode = sockets[this.#checks % sockets.length] ?? 0;
      if (this.#isStillHeld(inode)) continue;
      for (const one of sockets) if (!this.#isStillHeld(one)) this.#forget(one);
    }
  }

  #socketsByProcess(): Map<number, number[]> {
    const sockets = new Map<number, number[]>();
    for (const [inode, [first]] of this.#known) {
      if (first === undefined) continue;
      const known = sockets.get(first.pid);
      if (known === undefined) sockets.set(first.pid, [inode]);
      else known.push(inode);
    }
    return sockets;
  }

  #isStillHeld(inode: number): boolean {
    const first = this.#known.get(inode)?.[0];
    if (first === undefined) return false;
    return socketInode(readLinkOrNull(`/proc/${first.pid}/fd/${first.fd}`) ?? "") === inode;
  }

  #forget(inode: number): void {
    this.#known.delete(inode);
    this.#searchedMs.delete(inode);
  }
}
