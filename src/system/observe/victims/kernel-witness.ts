/**
 * The kernel's word beside a sampler that goes on: at any time, how many packets each listener has refused and whom that hit.
 *
 * @module
 */
import { isNotSupported } from "../../../core/errors.ts";
import { type KernelRefusals, kernelRefusalsOf } from "../../../core/listener/victims/kernel-refusals.ts";
import { type KernelWord, kernelWordOf } from "../../../core/listener/victims/kernel-word.ts";
import { type Closable, OpenResources } from "../../linux/ffi/descriptor.ts";
import { type NamespaceScope, openNamespaces } from "../namespace-scope.ts";
import { VictimWatch } from "./victim-watch.ts";
import { WatchedNamespaces } from "./watched-namespaces.ts";

/** A witness of some namespaces. */
export class KernelWitness implements Closable {
  readonly #opened: OpenResources;
  readonly #watch: VictimWatch;

  private constructor(watch: VictimWatch, opened: OpenResources) {
    this.#watch = watch;
    this.#opened = opened;
  }

  /** Null where this user may not read the kernel's trace events, or the kernel has none that tell of refusals. */
  static open(netns: NamespaceScope): KernelWitness | null {
    const opened = new OpenResources();
    try {
      const watch = new VictimWatch({ port: null, onLine: () => {}, namespaces: watched(netns, opened) });
      opened.keep({ close: () => watch.close() });
      return new KernelWitness(watch, opened);
    } catch (error) {
      opened.close();
      if (!isNotSupported(error)) throw error;
      return null;
    }
  }

  /** Lets namespaces go that have ended, which it would keep alive; call it now and then. */
  refresh(): void {
    this.#watch.refresh();
  }

  /** Packets refused so far; null where the kernel does not tell, or not all. */
  refusals(): KernelRefusals | null {
    return kernelRefusalsOf(this.#watch.soFar());
  }

  /**
   * What it said of the listeners on a port so far; null if nothing.
   *
   * @param hasRefused whether the listener's own counter rose: only then is the namespace's counter a word about it
   */
  wordOn(namespace: number, port: number, hasRefused: boolean): KernelWord | null {
    const heard = this.#watch.soFar();
    // A SYN+ACK that was sent again for another reason may be anybody's.
    const own = { ...heard, othersResent: 0, namespaces: hasRefused ? heard.namespaces : [] };
    return kernelWordOf(own, port, new Set([namespace]));
  }

  close(): void {
    this.#opened.close();
  }
}

function watched(netns: NamespaceScope, opened: OpenResources): WatchedNamespaces {
  if (netns === "all") return WatchedNamespaces.all();
  const { seen } = openNamespaces(netns);
  for (const { eye } of seen) opened.keep(eye);
  return WatchedNamespaces.of(seen);
}
