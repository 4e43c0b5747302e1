/**
 * Where a sampler learns who holds a listener. Types only: `listener-owners.ts` searches all of /proc, `own-owners.ts` knows
 * this process alone.
 *
 * @module
 */
import type { ListenerContainer, ListenerProcess } from "../facts.ts";

/** A listener's owner, as far as it is visible. */
export interface ListenerOwner {
  readonly process: ListenerProcess | null;
  readonly container: ListenerContainer | null;
}

/** Nobody visible. */
export const NOBODY: ListenerOwner = { process: null, container: null };

/** Knows owners by socket inode. */
export interface OwnerSource {
  /** Processes whose descriptors this user may not read. */
  readonly hiddenProcesses: number;
  /** True while a search for owners goes on. */
  readonly isSearching: boolean;
  /** Says whose owners matter; forgets all others. `nowMs` is any clock that does not go backwards. */
  want(inodes: ReadonlySet<number>, nowMs: number): void;
  /** Goes on with the search for about so long. */
  step(budgetMs: number): void;
  /** Ends the search, however long it takes. */
  finish(): void;
  /** Everybody who holds a socket, as far as it is visible. */
  holdersOf(inode: number): readonly ListenerProcess[];
  /** The owner of a socket, the same object until something about it changes; nobody for inode 0. */
  of(inode: number): ListenerOwner;
}
