/**
 * Watches the listeners of one or more namespaces at a steady pace, for metrics: all of them by dumps several times a second,
 * and once a second the counters, the requests and the holders. What is remembered between looks is the sampler's
 * (`NamespaceState`); when to look is decided here, by timers of Node's own loop, so everything stays in one thread.
 *
 * @module
 */
import { setInterval } from "node:timers";
import { isNotSupported } from "../../errors.ts";
import { HolderCache } from "../../linux/holder-cache.ts";
import { findNamespaces, ownNamespaceInode } from "../../linux/namespace-list.ts";
import { type LookPlace, NamespaceLooker } from "../sampler/namespace-looker.ts";
import { containersOf } from "../snapshot.ts";
import { describeListeners, type WatchedSample } from "./watched-sample.ts";

/** Which listeners: those of this process, of its namespace, of all namespaces, or of a process's namespace. */
export type WatchScope = "own" | "self" | "all" | { readonly pid: number };

/** How to watch. */
export interface WatchOptions {
  readonly scope: WatchScope;
  /** Milliseconds between two looks at all accept queues. */
  readonly everyMs: number;
  /** Once a second; none may be left out. */
  onSample(sample: WatchedSample): void;
  /** A look failed, or a namespace cannot be entered: once for each reason. */
  onTrouble(words: string): void;
}

/** How often counters, requests and holders are looked at, and a sample is given. */
export const SAMPLE_EVERY_MS = 1_000;
/** How often namespaces are searched for: it reads all of /proc. */
const SEARCH_EVERY_MS = 5_000;

/** A watch that goes on until it is closed. */
export class ListenerWatch {
  readonly #options: WatchOptions;
  readonly #lookers = new Map<number, NamespaceLooker>();
  readonly #holders = new HolderCache();
  readonly #startedAt = performance.now();
  readonly #told = new Set<string>();
  #searchedAt = Number.NEGATIVE_INFINITY;
  #timers: NodeJS.Timeout[] = [];

  /**
   * Takes the first sample at once, so that whoever may not look learns it here.
   *
   * @throws {NotSupportedError | SyscallError} where listeners cannot be looked at
   */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#sample();
    if (this.#lookers.size === 0) this.#open(ownPlace());
    const look = setInterval(() => this.#lookAtAll(), options.everyMs);
    const sample = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
    this.#timers = [look.unref(), sample.unref()];
  }

  /** Ends it; safe to call twice. */
  close(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    for (const looker of this.#lookers.values()) looker.close();
    this.#lookers.clear();
  }

  #lookAtAll(): void {
    for (const looker of this.#lookers.values()) this.#try(looker, () => looker.dump());
  }

  #sample(): void {
    this.#searchNamespaces();
    for (const looker of this.#lookers.values()) {
      this.#try(looker, () => {
        looker.settle();
        looker.countRequests();
      });
    }
    this.#options.onSample(this.#describe());
  }

  #describe(): WatchedSample {
    const lookers = [...this.#lookers.values()];
    const at = this.#now();
    if (this.#options.scope === "own") return describeListeners(lookers, at, "own");
    const inodes = new Set(
      lookers.flatMap(({ state }) => [...state.listeners.values()].map(({ identity }) => identity.inode)),
    );
    inodes.delete(0);
    const { holders } = this.#holders.find(inodes, at);
    return describeListeners(lookers, at, { holders, containers: containersOf(holders) });
  }

  #searchNamespaces(): void {
    if (this.#now() - this.#searchedAt < SEARCH_EVERY_MS) return;
    this.#searchedAt = this.#now();
    const places = placesOf(this.#options.scope);
    const inodes = new Set(places.map(({ inode }) => inode));
    for (const [inode, looker] of this.#lookers) if (!inodes.has(inode)) this.#drop(looker);
    for (const place of places) {
      const known = this.#lookers.get(place.inode);
      if (known === undefined) this.#open(place);
      else known.place = place;
    }
  }

  /** A namespace that this user may not enter is left out, unless it is the only one asked for. */
  #open(place: LookPlace): void {
    try {
      this.#lookers.set(place.inode, new NamespaceLooker(place, () => this.#now()));
    } catch (error) {
      if (this.#options.scope !== "all" || (place.self && isNotSupported(error))) throw error;
      this.#tell(`namespace ${place.inode}: ${(error as Error).message}`);
    }
  }

  /** A namespace ends while it is looked at, and the kernel may be out of memory: the others are looked at all the same. */
  #try(looker: NamespaceLooker, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (looker.place.self) this.#tell((error as Error).message);
      else this.#drop(looker);
    }
  }

  #drop(looker: NamespaceLooker): void {
    looker.close();
    this.#lookers.delete(looker.place.inode);
  }

  #tell(words: string): void {
    if (this.#told.has(words)) return;
    this.#told.add(words);
    this.#options.onTrouble(words);
  }

  #now(): number {
    return performance.now() - this.#startedAt;
  }
}

function placesOf(scope: WatchScope): LookPlace[] {
  if (scope === "own" || scope === "self") return [ownPlace()];
  const own = ownNamespaceInode();
  const { places } = findNamespaces();
  const wanted = scope === "all" ? places : places.filter(({ pid }) => pid === scope.pid);
  return wanted.map(({ inode, path, name }) => ({
    inode,
    path: inode === own ? null : path,
    name,
    self: inode === own,
  }));
}

function ownPlace(): LookPlace {
  return { inode: ownNamespaceInode(), path: null, name: null, self: true };
}
