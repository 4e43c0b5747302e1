/**
 * What a sampler is asked for.
 *
 * @module
 */
import type { OwnerSource } from "../../../core/listener/sample/owner-source.ts";
import type { NamespaceScope, OpenedNamespaces } from "../namespace-scope.ts";
import { ListenerOwners } from "./listener-owners.ts";
import { NO_OWNERS } from "./no-owners.ts";
import { OwnOwners } from "./own-owners.ts";

/** How to sample. */
export interface ListenerSamplerOptions {
  /** Which namespaces; the own one if left out. */
  readonly netns?: NamespaceScope;
  /** Also AF_UNIX listeners; false if left out. */
  readonly unix?: boolean;
  /** Listeners to watch from the start: those on these ports. */
  readonly watchPorts?: readonly number[];
  /** Distance of looks at watched listeners, in milliseconds; 10 if left out. */
  readonly watchEveryMs?: number;
  /** Distance of looks at all listeners, in milliseconds; 100 if left out. */
  readonly allEveryMs?: number;
  /** Distance of counts of the SYN queues, in milliseconds; 1,000 if left out and never below 100. */
  readonly synEveryMs?: number;
  /** What looks at all listeners may cost at most, as a share of one core; 0.003 if left out. They come less often instead. */
  readonly allMostShare?: number;
  /**
   * Whose listeners matter: everybody's (if left out), or only those of this process. Then the others have no process, none
   * of them is watched, and nobody else's /proc is read. `"none"`: nobody is searched for.
   */
  readonly owners?: "all" | "own" | "none";
  /** Ends the sampler when aborted. */
  readonly signal?: AbortSignal;
}

/** What the commands of this package ask for besides. */
export interface SamplerSource extends Omit<ListenerSamplerOptions, "netns"> {
  /** The sampler takes over namespaces that are open, and closes them. */
  readonly netns?: NamespaceScope | OpenedNamespaces;
  /** Samples tell of the listeners on this port, and of others while their drops rise. SYN queues are counted for it alone, and with each sample, as sysctls are read. */
  readonly onlyPort?: number | null;
  /** Also hears the kernel's word on each connection that enters a queue, where this user may; false if left out. */
  readonly hearsEntries?: boolean;
  /** Counters to read; those that say something about queues if left out. */
  readonly counters?: readonly string[];
}

/** Who searches for the owners of listeners. */
export function ownerSource(owners: "all" | "own" | "none"): OwnerSource {
  if (owners === "none") return NO_OWNERS;
  return owners === "own" ? new OwnOwners() : new ListenerOwners();
}
