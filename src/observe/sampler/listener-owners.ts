/**
 * Who holds the sampled listeners, kept between samples.
 *
 * @module
 */
import type { ListenerContainer, ListenerProcess } from "../../findings/live/facts.ts";
import { HolderCache } from "../../linux/holder-cache.ts";
import { containersOf } from "../snapshot.ts";

/** A listener's owner, as far as it is visible. */
export interface ListenerOwner {
  readonly process: ListenerProcess | null;
  readonly container: ListenerContainer | null;
}

const NOBODY: ListenerOwner = { process: null, container: null };

/** Owners by socket inode. */
export class ListenerOwners {
  readonly #cache = new HolderCache();
  #owners = new Map<number, ListenerOwner>();
  #holders: ReadonlyMap<number, readonly ListenerProcess[]> = new Map();
  hiddenProcesses = 0;

  /** Looks for the owners of these sockets; forgets all others. */
  refresh(inodes: ReadonlySet<number>, nowMs: number): void {
    const { holders, hiddenProcesses } = this.#cache.find(inodes, nowMs);
    const containers = containersOf(holders);
    this.hiddenProcesses = hiddenProcesses;
    this.#holders = holders;
    this.#owners = new Map();
    for (const [inode, [process]] of holders) {
      if (process === undefined) continue;
      this.#owners.set(inode, { process, container: containers.get(process.pid) ?? null });
    }
  }

  /** Everybody who holds a socket, as far as it is visible. */
  holdersOf(inode: number): readonly ListenerProcess[] {
    return this.#holders.get(inode) ?? [];
  }

  /** The owner of a socket; nobody for inode 0. */
  of(inode: number): ListenerOwner {
    return this.#owners.get(inode) ?? NOBODY;
  }
}
