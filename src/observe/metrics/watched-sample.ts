/**
 * From what is remembered of listeners to the part of a sample that metrics need. It is a part of the sampler's `Sample`,
 * so either can be read.
 *
 * @module
 */
import process from "node:process";
import { ownSocketDescriptors } from "../../linux/own-sockets.ts";
import type { ListenerState } from "../sampler/listener-state.ts";
import type { NamespaceLooker } from "../sampler/namespace-looker.ts";
import type { ListenerSample, NamespaceSample, Sample, SampleContainer } from "../sampler/sample.ts";
import type { ListenerProcess } from "../snapshot-document.ts";

/** What metrics read of a listener. */
export type WatchedListener = Pick<
  ListenerSample,
  | "cookie"
  | "namespace"
  | "protocol"
  | "address"
  | "port"
  | "process"
  | "container"
  | "acceptQueue"
  | "peak"
  | "fullMs"
  | "drops"
  | "dropsSinceStart"
  | "rise"
> & { readonly synQueue: Pick<ListenerSample["synQueue"], "length"> };

/** What metrics read of a sample. */
export interface WatchedSample extends Pick<Sample, "at"> {
  readonly namespaces: readonly Pick<NamespaceSample, "inode" | "name" | "counters">[];
  readonly listeners: readonly WatchedListener[];
}

/** Who holds which socket, and where they run. */
export interface Holders {
  readonly holders: ReadonlyMap<number, readonly ListenerProcess[]>;
  readonly containers: ReadonlyMap<number, SampleContainer>;
}

/** A sample of all listeners, or (`"own"`) of those that this process holds. Begins the next interval of each. */
export function describeListeners(
  lookers: readonly NamespaceLooker[],
  at: number,
  who: Holders | "own",
): WatchedSample {
  const own = who === "own" ? ownSocketDescriptors() : null;
  const listeners = lookers.flatMap(({ state, place }) =>
    [...state.listeners.values()].flatMap((listener): WatchedListener[] => {
      const { inode } = listener.identity;
      const fd = own?.get(inode);
      if (own !== null && fd === undefined) return [];
      const holder = fd === undefined ? holderOf(inode, who) : heldHere(fd);
      return [describeOne(listener, place.inode, at, holder)];
    }),
  );
  const namespaces = lookers.map(({ place: { inode, name }, state: { counters } }) => ({
    inode,
    name,
    counters,
  }));
  return { at, namespaces, listeners };
}

interface Holder {
  readonly process: ListenerProcess | null;
  readonly container: SampleContainer | null;
}

function heldHere(fd: number): Holder {
  return { process: { pid: process.pid, name: process.title, fd }, container: null };
}

function holderOf(inode: number, who: Holders | "own"): Holder {
  const first = who === "own" ? undefined : who.holders.get(inode)?.[0];
  if (first === undefined || who === "own") return { process: null, container: null };
  return { process: first, container: who.containers.get(first.pid) ?? null };
}

function describeOne(state: ListenerState, namespace: number, at: number, holder: Holder): WatchedListener {
  const { identity, length, limit, capacity, fullMs, drops, dropsSinceStart, rise, synLength } = state;
  state.startInterval();
  return {
    cookie: identity.cookie.toString(16),
    namespace,
    protocol: identity.protocol,
    address: identity.address,
    port: identity.port,
    ...holder,
    acceptQueue: { length, limit, capacity },
    synQueue: { length: synLength },
    peak: state.peak(at),
    fullMs,
    drops,
    dropsSinceStart,
    rise,
  };
}
