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

/** All namespaces of the machine that can be entered. */
export class WatchedNamespaces {
  readonly #watched = new Map<number, Watched>();
  /** Those that ended and refused somebody. */
  readonly #ended: VictimNamespace[] = [];
  /** Namespaces that could not be entered at the start. */
  readonly unseen: readonly UnseenNamespace[];

  /** @throws {NotSupportedError} when the kernel does not answer sock_diag */
  constructor() {
    const { seen, unseen } = openNamespaces("all");
    this.unseen = unseen;
    for (const one of seen) this.#add(one);
  }

  /** Those that are there. */
  get seen(): readonly SeenNamespace[] {
    return [...this.#watched.values()].map(({ seen }) => seen);
  }

  /** Opens those that came since, whose counters count from now, and closes those that ended. */
  refresh(): void {
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
