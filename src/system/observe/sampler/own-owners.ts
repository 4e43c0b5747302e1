/**
 * Of the sampled listeners those that this process itself holds: only its own descriptors are read, so that it costs a busy
 * service next to nothing. All of them are read again only when a listener appears, and now and then for one that was handed
 * over.
 *
 * @module
 */
import process from "node:process";
import type { ListenerProcess } from "../../../core/listener/facts.ts";
import { type ListenerOwner, NOBODY, type OwnerSource } from "../../../core/listener/sample/owner-source.ts";
import { ownSocketDescriptors } from "../../linux/proc/own-sockets.ts";
import { socketInode } from "../../linux/proc/processes.ts";
import { readLinkOrNull } from "../../linux/proc/vanishing.ts";

/** A service may have ten thousand connections, and reading a descriptor takes two microseconds. */
const READ_AGAIN_MS = 30_000;

/** Knows only this process. */
export class OwnOwners implements OwnerSource {
  readonly hiddenProcesses = 0;
  readonly isSearching = false;
  #seen: ReadonlySet<number> = new Set();
  #own = new Map<number, ListenerOwner & { readonly process: ListenerProcess }>();
  #readAtMs: number = Number.NEGATIVE_INFINITY;

  want(inodes: ReadonlySet<number>, nowMs: number): void {
    for (const [inode, owner] of this.#own)
      if (!inodes.has(inode) || !isStillHeld(inode, owner.process)) this.#own.delete(inode);
    const hasNew = [...inodes].some((inode) => !this.#seen.has(inode));
    this.#seen = new Set(inodes);
    if (hasNew || nowMs - this.#readAtMs >= READ_AGAIN_MS) this.#read(inodes, nowMs);
  }

  /** There is nothing to go on with. */
  step(): void {}

  /** There is nothing to end. */
  finish(): void {}

  holdersOf(inode: number): readonly ListenerProcess[] {
    const own = this.#own.get(inode);
    return own === undefined ? [] : [own.process];
  }

  of(inode: number): ListenerOwner {
    return this.#own.get(inode) ?? NOBODY;
  }

  #read(inodes: ReadonlySet<number>, nowMs: number): void {
    this.#readAtMs = nowMs;
    for (const [inode, fd] of ownSocketDescriptors()) {
      if (!inodes.has(inode) || this.#own.has(inode)) continue;
      const self = { pid: process.pid, name: process.title, fd };
      this.#own.set(inode, { process: self, container: null });
    }
  }
}

function isStillHeld(inode: number, { fd }: ListenerProcess): boolean {
  return socketInode(readLinkOrNull(`/proc/self/fd/${fd}`) ?? "") === inode;
}
