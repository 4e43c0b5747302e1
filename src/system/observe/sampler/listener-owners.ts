/**
 * Who holds the sampled listeners, kept between samples.
 *
 * @module
 */

import { containerOf } from "../../../core/listener/container-of.ts";
import type { ListenerContainer, ListenerProcess } from "../../../core/listener/facts.ts";
import { type ListenerOwner, NOBODY, type OwnerSource } from "../../../core/listener/sample/owner-source.ts";
import { readCgroup } from "../../linux/proc/cgroup.ts";
import { HolderCache } from "../../linux/proc/holder-cache.ts";

/** A process hardly ever changes its control group. */
const CGROUP_IS_GOOD_MS = 30_000;

/** Owners of any user's listeners, as far as /proc shows them. */
export class ListenerOwners implements OwnerSource {
  readonly #cache = new HolderCache();
  readonly #owners = new Map<number, ListenerOwner & { readonly readAtMs: number }>();
  /** By pid, for the listeners of one round: a process with a thousand of them is read once. */
  readonly #containers = new Map<number, ListenerContainer | null>();
  #nowMs = 0;

  get hiddenProcesses(): number {
    return this.#cache.hiddenProcesses;
  }

  get isSearching(): boolean {
    return this.#cache.isSearching;
  }

  want(inodes: ReadonlySet<number>, nowMs: number): void {
    this.#nowMs = nowMs;
    // A pid may belong to another process by now.
    this.#containers.clear();
    this.#cache.want(inodes, nowMs);
    for (const inode of this.#owners.keys()) if (!inodes.has(inode)) this.#owners.delete(inode);
  }

  step(budgetMs: number): void {
    this.#cache.step(budgetMs);
  }

  finish(): void {
    this.#cache.finish();
  }

  holdersOf(inode: number): readonly ListenerProcess[] {
    return this.#cache.holders.get(inode) ?? [];
  }

  of(inode: number): ListenerOwner {
    const process = this.#cache.holders.get(inode)?.[0];
    if (process === undefined) return NOBODY;
    const known = this.#owners.get(inode);
    const isGood = known?.process === process && this.#nowMs - known.readAtMs < CGROUP_IS_GOOD_MS;
    if (known !== undefined && isGood) return known;
    const owner = { process, container: this.#containerOf(process.pid), readAtMs: this.#nowMs };
    this.#owners.set(inode, owner);
    return owner;
  }

  #containerOf(pid: number): ListenerContainer | null {
    const known = this.#containers.get(pid);
    if (known !== undefined) return known;
    const container = containerOf(readCgroup(pid) ?? "");
    this.#containers.set(pid, container);
    return container;
  }
}
