/**
 * Listens to the kernel's word on one port beside another watch, where this user may; nothing fails where not.
 *
 * @module
 */
import { isNotSupported } from "../../../core/errors.ts";
import { type KernelWord, kernelWordOf } from "../../../core/listener/victims/kernel-word.ts";
import type { Closable } from "../../linux/ffi/descriptor.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { VictimWatch } from "./victim-watch.ts";
import { WatchedNamespaces } from "./watched-namespaces.ts";

/** A witness; silent where the trace events may not be read. */
export class PortWitness implements Closable {
  readonly #port: number;
  readonly #inodes: ReadonlySet<number>;
  #watch: VictimWatch | null;

  /** @param namespaces of the listeners; whoever opened them closes them, after this */
  constructor(port: number, namespaces: readonly SeenNamespace[]) {
    this.#port = port;
    this.#inodes = new Set(namespaces.map(({ inode }) => inode));
    this.#watch = tryWatch(port, namespaces);
  }

  /** Stops, and says what it heard; null if that is nothing. */
  end(): KernelWord | null {
    const watch = this.#watch;
    this.#watch = null;
    return watch === null ? null : kernelWordOf(watch.close(), this.#port, this.#inodes);
  }

  close(): void {
    this.end();
  }
}

function tryWatch(port: number, namespaces: readonly SeenNamespace[]): VictimWatch | null {
  try {
    const watched = WatchedNamespaces.of(namespaces);
    return new VictimWatch({ port, onLine: () => {}, namespaces: watched });
  } catch (error) {
    if (!isNotSupported(error)) throw error;
    return null;
  }
}
