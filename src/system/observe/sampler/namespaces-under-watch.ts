/**
 * The namespaces that a sampler looks at: found again every few seconds, because they come and go. Our own sockets keep a
 * namespace alive, so one that nobody else uses any more is closed at the next search.
 *
 * @module
 */
import { findNamespaces } from "../../linux/namespace/namespace-list.ts";
import {
  type NamespaceScope,
  type OpenedNamespaces,
  openAll,
  openNamespaces,
  type UnseenNamespace,
} from "../namespace-scope.ts";
import { type Clock, type LookerOptions, NamespaceLooker } from "./namespace-looker.ts";

/** Open views, by inode. */
export class NamespacesUnderWatch {
  readonly lookers: Map<number, NamespaceLooker> = new Map();
  unseen: readonly UnseenNamespace[] = [];
  /** Processes whose namespace this user may not see; 0 unless all were asked for. */
  hiddenProcesses = 0;
  readonly #scope: NamespaceScope | OpenedNamespaces;
  readonly #clock: Clock;
  readonly #options: LookerOptions;

  /**
   * Opens those of a scope, or takes over those that are open.
   *
   * @throws {NotSupportedError} when none may be looked at
   * @throws {UsageError} when there is no such process
   */
  constructor(scope: NamespaceScope | OpenedNamespaces, clock: Clock, options: LookerOptions) {
    this.#scope = scope;
    this.#clock = clock;
    this.#options = options;
    this.#take(typeof scope === "object" && "seen" in scope ? scope : openNamespaces(scope));
  }

  /** Looks for new ones and closes those that ended. */
  refresh(): void {
    if (this.#scope !== "all") return;
    const { places, hiddenProcesses } = findNamespaces();
    const present = new Set(places.map(({ inode }) => inode));
    for (const inode of this.lookers.keys()) if (!present.has(inode)) this.drop(inode);
    const fresh = places.filter(({ inode }) => !this.lookers.has(inode));
    this.#take({ ...openAll(fresh), hiddenProcesses });
  }

  /** Lets go of one that can no longer be looked at. */
  drop(inode: number): void {
    this.lookers.get(inode)?.close();
    this.lookers.delete(inode);
  }

  #take({ seen, unseen, hiddenProcesses }: OpenedNamespaces): void {
    for (const one of seen) this.lookers.set(one.inode, new NamespaceLooker(one, this.#clock, this.#options));
    this.unseen = unseen;
    this.hiddenProcesses = hiddenProcesses;
  }

  close(): void {
    for (const inode of [...this.lookers.keys()]) this.drop(inode);
  }
}
