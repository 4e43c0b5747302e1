/**
 * From an endpoint in a trace event to the listener: events have no network namespace, so the tables are asked.
 *
 * @module
 */

import { assembleSnapshot } from "../../../core/listener/snapshot/assemble-snapshot.ts";
import type { ObservedListener } from "../../../core/listener/snapshot/snapshot-document.ts";
import type { VictimListener } from "../../../core/listener/victims/victims-document.ts";
import { type Endpoint, formatEndpoint } from "../../../core/wire/address.ts";
import { unmapped } from "../../../core/wire/ip-address.ts";
import { readKernelIdentity } from "../../linux/proc/kernel-identity.ts";
import { findSocketHolders } from "../../linux/proc/processes.ts";
import { containersOf, inodesOf } from "../snapshot.ts";
import type { WatchedNamespaces } from "./watched-namespaces.ts";

const FAMILIES = ["ipv4", "ipv6"] as const;
const WILDCARDS: readonly (string | null)[] = ["0.0.0.0", "::"];
/** Listeners come and go; a look finds the new ones. It reads every namespace, so it comes rarely where that takes long. */
const LOOK_AGAIN_MS = 1_000;
const MOST_SHARE = 0.1;

/** Finds listeners in the namespaces that are watched. */
export class ListenerFinder {
  readonly #namespaces: WatchedNamespaces;
  #listeners: readonly ObservedListener[] = [];
  /** When the next look may come, for each of the two questions: one does not keep the other from being answered. */
  readonly #nextLookMs = { named: -Infinity, full: -Infinity };

  constructor(namespaces: WatchedNamespaces) {
    this.#namespaces = namespaces;
  }

  /** The listener that a client's request belongs to. */
  listenerOf(address: string, port: number, client: string): VictimListener {
    const found = this.#holding(address, port, client);
    if (found !== null) return found;
    // A listener of a namespace that came since the last look may have the same endpoint as one that is known.
    const isFresh = this.#look("named");
    const candidates = this.#at(address, port);
    const [only, ...others] = namespacesOf(candidates);
    const isOnlyOne = isFresh && only !== undefined && others.length === 0;
    return (
      this.#holding(address, port, client) ??
      chosen(candidates, { namespace: isOnlyOne ? only : null, address, port })
    );
  }

  /** The listener in whose namespace that client's request is; null where none or several have it. */
  #holding(address: string, port: number, client: string): VictimListener | null {
    const candidates = this.#at(address, port);
    const namespace = this.#namespaceOf(namespacesOf(candidates), port, client);
    return namespace === null ? null : chosen(candidates, { namespace, address, port });
  }

  /** The one that is bound to this address. */
  boundListener(address: string, port: number): VictimListener {
    const candidates = this.#candidates(address, port);
    const inodes = namespacesOf(candidates);
    return chosen(candidates, { namespace: inodes.length === 1 ? (inodes[0] ?? null) : null, address, port });
  }

  #candidates(address: string, port: number): readonly ObservedListener[] {
    const known = this.#at(address, port);
    return known.length === 0 && this.#look("named") ? this.#at(address, port) : known;
  }

  /** The only one of those that are watched that is full; null where there are none or several, and between two looks. */
  fullListener(): VictimListener | null {
    if (!this.#look("full")) return null;
    const full = this.#listeners.filter(({ acceptQueue }) => acceptQueue.length > acceptQueue.limit);
    const [first] = full;
    const isOne = new Set(full.map(({ namespace, port: at }) => `${namespace} ${at}`)).size === 1;
    return first === undefined || !isOne ? null : described(first);
  }

  /** Clients with an open handshake at a listener whose SYN+ACK was sent again, and how often. */
  openHandshakes({ namespace, port }: VictimListener): Map<string, number> {
    const seen = this.#namespaces.seen.find(({ inode }) => inode === namespace);
    const requests = seen?.eye.diag.sockets(["SYN_RECV"], FAMILIES, { skmeminfo: false, localPort: port });
    return new Map(
      (requests ?? [])
        .filter(({ retransmits }) => retransmits > 0)
        .map(({ remote, retransmits }) => [clientOf(remote), retransmits]),
    );
  }

  #at(address: string, port: number): ObservedListener[] {
    const onPort = this.#listeners.filter((one) => one.port === port);
    const exact = onPort.filter((one) => one.address === address);
    return exact.length > 0 ? exact : onPort.filter((one) => WILDCARDS.includes(one.address));
  }

  /** False where the last look for this question is too fresh for another one. */
  #look(question: "named" | "full"): boolean {
    const beganMs = performance.now();
    if (beganMs < this.#nextLookMs[question]) return false;
    this.#namespaces.refresh();
    this.#listeners = this.#read();
    const endedMs = performance.now();
    this.#nextLookMs[question] = endedMs + Math.max(LOOK_AGAIN_MS, (endedMs - beganMs) / MOST_SHARE);
    return true;
  }

  #read(): readonly ObservedListener[] {
    const readings = this.#namespaces.seen.map((seen) => {
      const { eye, inode, name, self } = seen;
      const namespace = { inode, name, self, counters: {}, sysctls: eye.sysctls() };
      return { namespace, ...eye.listeners(), unix: [] };
    });
    const { holders } = findSocketHolders(inodesOf(readings));
    const containers = containersOf(holders);
    const kernel = readKernelIdentity();
    return assembleSnapshot({
      takenAt: new Date(),
      kernel,
      namespaces: readings,
      holders,
      containers,
    }).listeners;
  }

  /** The request is still there when its SYN+ACK has just been sent again. */
  #namespaceOf(inodes: readonly number[], port: number, client: string): number | null {
    const options = { skmeminfo: false, localPort: port };
    const found = this.#namespaces.seen.filter(
      ({ inode, eye }) =>
        inodes.includes(inode) &&
        eye.diag.sockets(["SYN_RECV"], FAMILIES, options).some(({ remote }) => clientOf(remote) === client),
    );
    return found.length === 1 ? (found[0]?.inode ?? null) : null;
  }
}

function clientOf({ address, port }: Endpoint): string {
  return formatEndpoint(unmapped(address), port);
}

function namespacesOf(listeners: readonly ObservedListener[]): number[] {
  return [...new Set(listeners.map(({ namespace }) => namespace))];
}

/** The candidate in that namespace; without any as much as is known. */
function chosen(
  candidates: readonly ObservedListener[],
  known: Pick<VictimListener, "namespace" | "address" | "port">,
): VictimListener {
  const listener = candidates.find(({ namespace }) => namespace === known.namespace);
  return listener === undefined ? { ...known, process: null, container: null } : described(listener);
}

function described({ namespace, address, port, process, container }: ObservedListener): VictimListener {
  return { namespace, address: address ?? "", port: port ?? 0, process, container };
}
