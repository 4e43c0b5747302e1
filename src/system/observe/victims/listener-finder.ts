/**
 * From an endpoint in a trace event to the listener: events have no network namespace, so the tables are asked.
 *
 * @module
 */

import { assembleSnapshot } from "../../../core/listener/snapshot/assemble-snapshot.ts";
import type { ObservedListener } from "../../../core/listener/snapshot/snapshot-document.ts";
import type { VictimListener } from "../../../core/listener/victims/victims-document.ts";
import { formatEndpoint } from "../../../core/wire/address.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import type { SeenNamespace } from "../namespace-scope.ts";
import { containersOf, inodesOf } from "../snapshot.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
const WILDCARDS: readonly (string | null)[] = ["0.0.0.0", "::"];
/** Listeners come and go; a look finds the new ones. */
const LOOK_AGAIN_MS = 1_000;

/** Finds listeners in the namespaces that are watched. */
export class ListenerFinder {
  readonly #namespaces: readonly SeenNamespace[];
  readonly #addNamespaces: () => void;
  #listeners: readonly ObservedListener[] = [];
  #lookedMs = -Infinity;

  /** `namespaces` may grow when `addNamespaces` is called. */
  constructor(namespaces: readonly SeenNamespace[], addNamespaces: () => void) {
    this.#namespaces = namespaces;
    this.#addNamespaces = addNamespaces;
  }

  /** The listener that a client's request belongs to. */
  listenerOf(address: string, port: number, client: string): VictimListener {
    const found = this.#at(address, port);
    const candidates = found.length > 0 ? found : this.#look(address, port);
    const inodes = [...new Set(candidates.map(({ namespace }) => namespace))];
    const namespace = inodes.length === 1 ? (inodes[0] ?? null) : this.#namespaceOf(inodes, port, client);
    const [listener] = candidates.filter((one) => one.namespace === namespace);
    return listener === undefined
      ? { namespace, address, port, process: null, container: null }
      : described(listener);
  }

  /** The only one that is full; null where there are none or several. */
  fullListener(port: number | null): VictimListener | null {
    const full = this.#read().filter(
      (one) => one.acceptQueue.length > one.acceptQueue.limit && (port === null || one.port === port),
    );
    const [first] = full;
    const isOne = new Set(full.map(({ namespace, port: at }) => `${namespace} ${at}`)).size === 1;
    return first === undefined || !isOne ? null : described(first);
  }

  #at(address: string, port: number): ObservedListener[] {
    const onPort = this.#listeners.filter((one) => one.port === port);
    const exact = onPort.filter((one) => one.address === address);
    return exact.length > 0 ? exact : onPort.filter((one) => WILDCARDS.includes(one.address));
  }

  #look(address: string, port: number): ObservedListener[] {
    if (performance.now() - this.#lookedMs < LOOK_AGAIN_MS) return [];
    this.#addNamespaces();
    this.#read();
    return this.#at(address, port);
  }

  #read(): readonly ObservedListener[] {
    this.#lookedMs = performance.now();
    const readings = this.#namespaces.map((seen) => {
      const { eye, inode, name, self } = seen;
      const namespace = { inode, name, self, counters: {}, sysctls: eye.sysctls() };
      return { namespace, ...eye.listeners(), unix: [] };
    });
    const { holders } = findSocketHolders(inodesOf(readings));
    const containers = containersOf(holders);
    const kernel = readKernelIdentity();
    this.#listeners = assembleSnapshot({
      takenAt: new Date(),
      kernel,
      namespaces: readings,
      holders,
      containers,
    }).listeners;
    return this.#listeners;
  }

  /** The request is still there when its SYN+ACK has just been sent again. */
  #namespaceOf(inodes: readonly number[], port: number, client: string): number | null {
    const options = { skmeminfo: false, localPort: port };
    const found = this.#namespaces.filter(
      ({ inode, eye }) =>
        inodes.includes(inode) &&
        eye.diag
          .sockets(["SYN_RECV"], FAMILIES, options)
          .some(({ remote }) => formatEndpoint(unmapped(remote.address), remote.port) === client),
    );
    return found.length === 1 ? (found[0]?.inode ?? null) : null;
  }
}

function unmapped(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

function described({ namespace, address, port, process, container }: ObservedListener): VictimListener {
  return { namespace, address: address ?? "", port: port ?? 0, process, container };
}
