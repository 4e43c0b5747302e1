/**
 * The network namespaces of a long watch and how far their ListenOverflows rose: those that appear are looked at too, and those that
 * end are let go, as an open view keeps a namespace alive.
 *
 * @module
 */
import type { VictimNamespace } from "../../../core/listener/victims/victims-document.ts";
import { findNamespaces } from "../../linux/namespace/namespace-list.ts";
import { openAll, openNamespaces, type SeenNamespace, type UnseenNamespace } from "../namespace-scope.ts";

const COUNTER = "ListenOverflows";

interface Watched {
  readonly seen: SeenNamespace;
  readonly overflowsBefore: number | null;
}

/** Namespaces and their counters. */
export class WatchedNamespaces {
  readonly #watched = new Map<number, Watched>();
  /** Those that ended and refused somebody. */
  readonly #ended: VictimNamespace[] = [];
  /** Namespaces that could not be entered at the start. */
  readonly unseen: readonly UnseenNamespace[];
  /** Those of somebody else's watch stay as they are, and open. */
  readonly #areOwn: boolean;

  private constructor(seen: readonly SeenNamespace[], unseen: readonly UnseenNamespace[], areOwn: boolean) {
    this.unseen = unseen;
    this.#areOwn = areOwn;
    for (const one of seen) this.#add(one);
  }

  /** All of the machine. @throws {NotSupportedError} when the kernel does not answer sock_diag */
  static all(): WatchedNamespaces {
    const { seen, unseen } = openNamespaces("all");
    return new WatchedNamespaces(seen, unseen, true);
  }

  /** These, which their opener closes. */
  static of(seen: readonly SeenNamespace[]): WatchedNamespaces {
    return new WatchedNamespaces(seen, [], false);
  }

  /** Those that are there. */
  get seen(): readonly SeenNamespace[] {
    return [...this.#watched.values()].map(({ seen }) => seen);
  }

  /** Opens those that came since, whose counters count from now, and closes those that ended. */
  refresh(): void {
    if (!this.#areOwn) return;
    const { places } = findNamespaces();
    const isThere = new Set(places.map(({ inode }) => inode));
    for (const [inode, watched] of this.#watched) if (!isThere.has(inode)) this.#letGo(watched);
    const { seen } = openAll(places.filter(({ inode }) => !this.#watched.has(inode)));
    for (const one of seen) this.#add(one);
  }

  /** How far the counter of each rose. */
  rises(): VictimNamespace[] {
    return [...this.#ended, ...[...this.#watched.values()].map(describe)];
  }

  /** Whether it rose in one of them; in any for null. */
  hasRisen(namespace: number | null): boolean {
    const ones = namespace === null ? [...this.#watched.values()] : [this.#watched.get(namespace)];
    return ones.some((one) => one !== undefined && (describe(one).overflows ?? 0) > 0);
  }

  close(): void {
    if (!this.#areOwn) return;
    for (const { seen } of this.#watched.values()) seen.eye.close();
    this.#watched.clear();
  }

  #add(seen: SeenNamespace): void {
    this.#watched.set(seen.inode, { seen, overflowsBefore: overflowsOf(seen) });
  }

  #letGo(watched: Watched): void {
    const described = describe(watched);
    if (described.overflows !== 0) this.#ended.push(described);
    watched.seen.eye.close();
    this.#watched.delete(watched.seen.inode);
  }
}

function overflowsOf({ eye }: SeenNamespace): number | null {
  return eye.counters([COUNTER])[COUNTER] ?? null;
}

function describe({ seen, overflowsBefore }: Watched): VictimNamespace {
  const { inode, name, self } = seen;
  const now = overflowsOf(seen);
  const overflows = overflowsBefore === null || now === null ? null : now - overflowsBefore;
  return { inode, name, self, overflows };
}
