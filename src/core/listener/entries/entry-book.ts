/**
 * Whose queue a connection entered: the event names port and address, and no network namespace. In each namespace it is the listener
 * bound to that address, else the one bound to all. Whether a namespace was rightly given what it was given, its own counter of passive
 * opens says: see `entry-balance.ts`. Pure.
 *
 * @module
 */
import { parseIpAddress } from "../../wire/ip-address.ts";
import type { ListenerIdentity } from "../sample/listener-identity.ts";
import type { ListenerState } from "../sample/listener-state.ts";
import type { NamespaceState } from "../sample/namespace-state.ts";
import type { QueueEntry } from "./entry-event.ts";

/** A namespace and what is known of it. */
export interface BookNamespace {
  readonly inode: number;
  readonly state: NamespaceState;
}

interface Place {
  readonly namespace: BookNamespace;
  readonly listener: ListenerState;
  readonly isIpv6: boolean;
  /** Null for all addresses. */
  readonly address: Uint32Array | null;
}

/** Gives entries to listeners. */
export class EntryBook {
  #places = new Map<number, Place[]>();
  #arranged = "";
  readonly #told = new Map<number, number>();

  /** Takes in who listens where; costs nothing where nobody came and nobody went. */
  arrange(namespaces: readonly BookNamespace[]): void {
    const arranged = namespaces
      .map(({ inode, state: { listeners, closed } }) => `${inode} ${listeners.size} ${closed}`)
      .join();
    if (arranged === this.#arranged) return;
    this.#arranged = arranged;
    this.#places = new Map();
    for (const namespace of namespaces)
      for (const listener of namespace.state.listeners.values()) this.#place(namespace, listener);
  }

  /** A connection entered, as was heard at a moment of the looks' clock. */
  enter(entry: QueueEntry, at: number): void {
    const places = this.#places.get(entry.port);
    if (places === undefined) return;
    const [only] = places;
    if (places.length === 1 && only !== undefined) {
      if (takes(only, entry)) this.#give([only], at);
      return;
    }
    const takers = places.filter((place) => takes(place, entry));
    for (const namespace of new Set(takers.map((place) => place.namespace))) {
      const own = takers.filter((place) => place.namespace === namespace);
      const exact = own.filter(({ address }) => address !== null);
      this.#give(exact.length > 0 ? exact : own, at);
    }
  }

  /** How many were given to a namespace so far, each once. */
  toldIn(inode: number): number {
    return this.#told.get(inode) ?? 0;
  }

  #give(places: readonly Place[], at: number): void {
    const [first] = places;
    if (first === undefined) return;
    const { namespace } = first;
    this.#told.set(namespace.inode, this.toldIn(namespace.inode) + 1);
    // Each of several may have got it: the bound of each holds.
    for (const { listener } of places) namespace.state.enter(listener, at, places.length > 1);
  }

  #place(namespace: BookNamespace, listener: ListenerState): void {
    const { identity } = listener;
    if (identity.protocol === "unix") return;
    const place = {
      namespace,
      listener,
      isIpv6: identity.family === "ipv6",
      address: boundTo(identity),
    };
    const known = this.#places.get(identity.port);
    if (known === undefined) this.#places.set(identity.port, [place]);
    else known.push(place);
  }
}

function takes({ isIpv6, address }: Place, entry: QueueEntry): boolean {
  if (isIpv6 !== entry.isIpv6) return false;
  return address === null || address.every((word, at) => word === entry.address[at]);
}

/** As an entry has it; null for all addresses. */
function boundTo({ address, family }: Extract<ListenerIdentity, { address: string }>): Uint32Array | null {
  const bytes = parseIpAddress(address);
  if (bytes.every((byte) => byte === 0)) return null;
  const whole = new Uint8Array(16);
  if (family === "ipv4") whole.fill(255, 10, 12);
  whole.set(bytes, 16 - bytes.length);
  const view = new DataView(whole.buffer);
  return Uint32Array.from({ length: 4 }, (_, word) => view.getUint32(4 * word));
}
