/**
 * The listening host as an executable specification: give it segments, calls and timer firings with their times, and it
 * says what the kernel does. It has no clock, no randomness and no wire; all three are parameters. What happens at each
 * event is written in the `on-<event>` files; this file is their public interface.
 *
 * @module
 */

import { defaultSysctls, type ModelSysctls, setSysctlOf } from "../rules/model-sysctls.ts";
import { isSynQueueFull } from "../rules/predicates.ts";
import type { KernelRules } from "../rules/rules.ts";
import { closeChild } from "./child.ts";
import { type Effects, noEffects } from "./effects.ts";
import type { CounterName } from "./host-counters.ts";
import {
  endpointAt,
  type HostDependencies,
  type HostState,
  newHostState,
  type TimerRef,
} from "./host-state.ts";
import type { ModelSegment, Peer } from "./model-segment.ts";
import { type ListenRequest, onClose, onListen } from "./on-call.ts";
import { onSegment } from "./on-segment.ts";
import { onRequestTimer, onSweep } from "./on-timer.ts";
import { type Child, cloneEndpoint, type Listener, type LocalEndpoint, type Request } from "./state.ts";

/** A listener as its host shows it. */
export interface ListenerView {
  readonly name: string;
  readonly endpoint: Peer;
  readonly limit: number;
  readonly acceptQueue: { readonly length: number; readonly capacity: number };
  readonly synQueue: { readonly length: number; readonly young: number; readonly isFull: boolean };
  /** `sk_drops`; null on a kernel that has none. */
  readonly drops: number | null;
}

/** listen() and close() do not look at the clock. */
const TIMELESS = 0;

/** A listener's queues; the numbers change with the events. */
export interface LiveQueues {
  readonly acceptQueue: { readonly length: number };
  /** Requests in the SYN queue. */
  readonly qlen: number;
}

/** A host with its listeners. */
export class ServerHost {
  readonly #state: HostState;

  private constructor(state: HostState) {
    this.#state = state;
  }

  /** A host without listeners, with the sysctls that a new namespace has in this era. */
  static create(rules: KernelRules, dependencies: HostDependencies): ServerHost {
    return new ServerHost(newHostState(rules, defaultSysctls(rules), dependencies));
  }

  get rules(): KernelRules {
    return this.#state.rules;
  }

  get sysctls(): Readonly<ModelSysctls> {
    return this.#state.sysctls;
  }

  get counters(): Readonly<Record<CounterName, number>> {
    return this.#state.counters;
  }

  /** A copy that shares nothing that changes. `dependencies` replace the original ones in the copy. */
  clone(dependencies: HostDependencies = this.#state.dependencies): ServerHost {
    const { rules, sysctls, counters, endpoints } = this.#state;
    const copies = new Map<Peer, LocalEndpoint>();
    for (const [key, endpoint] of endpoints) copies.set(key, cloneEndpoint(endpoint));
    return new ServerHost({
      rules,
      sysctls: { ...sysctls },
      counters: { ...counters },
      endpoints: copies,
      dependencies,
    });
  }

  /** Sets a sysctl by the kernel's name, such as `net.core.somaxconn`; what it does not obey is ignored. */
  setSysctl(name: string, value: number): void {
    setSysctlOf(this.#state.sysctls, name, value);
  }

  /** A segment arrives. `out` is for those who would rather not make a new object per event. */
  onSegment(segment: ModelSegment, atMs: number, out: Effects = noEffects()): Effects {
    onSegment({ host: this.#state, atMs, out }, segment);
    return out;
  }

  /** listen(): makes a listener, or gives an existing one another limit and nothing else. */
  listen(request: ListenRequest, out: Effects = noEffects()): Effects {
    const endpoint = endpointAt(this.#state, request.endpoint);
    onListen({ host: this.#state, endpoint, atMs: TIMELESS, out }, request);
    return out;
  }

  /** accept(): the connection that has waited longest, or null (EAGAIN). */
  accept(name: string): Readonly<Child> | null {
    const child = this.#listener(name)?.acceptQueue.shift();
    if (child === undefined) return null;
    child.isAccepted = true;
    return child;
  }

  /** close() of a listener: who waits in its accept queue is reset; requests stay until their next packet or timer. */
  close(name: string, out: Effects = noEffects()): Effects {
    const listener = this.#listener(name);
    const endpoint = listener === undefined ? undefined : this.#state.endpoints.get(listener.endpoint);
    if (listener !== undefined && endpoint !== undefined)
      onClose({ host: this.#state, endpoint, atMs: TIMELESS, out }, listener);
    return out;
  }

  /** close() of an accepted connection; its peer's segments still reach it, until `release()`. */
  closeConnection(endpoint: Peer, peer: Peer): void {
    const child = this.#state.endpoints.get(endpoint)?.children.get(peer);
    if (child !== undefined) closeChild(child);
  }

  /** The owner of an accepted connection is done with it: later segments of its peer meet the listener, or nobody. */
  release(endpoint: Peer, peer: Peer): void {
    this.#state.endpoints.get(endpoint)?.children.delete(peer);
  }

  /** Every pending timer, with its due time by the kernel's arithmetic. */
  timers(): TimerRef[] {
    const timers: TimerRef[] = [];
    for (const [key, { listeners, requests }] of this.#state.endpoints) {
      for (const { name: listener, sweepDueMs: dueMs } of listeners)
        if (dueMs !== null) timers.push({ kind: "sweep", endpoint: key, listener, peer: null, dueMs });
      if (this.#state.rules.requestTimer === "sweep") continue;
      for (const { peer, dueMs, listener } of requests.values())
        timers.push({ kind: "request", endpoint: key, listener: listener.name, peer, dueMs });
    }
    return timers;
  }

  /** Fires a timer at whatever moment the wheel lets it. One that was set anew or deleted since does nothing. */
  fire(timer: TimerRef, atMs: number, out: Effects = noEffects()): Effects {
    const endpoint = this.#state.endpoints.get(timer.endpoint);
    if (endpoint === undefined) return out;
    const scene = { host: this.#state, endpoint, atMs, out };
    if (timer.peer === null) {
      const listener = endpoint.listeners.find((one) => one.name === timer.listener);
      if (listener?.sweepDueMs === timer.dueMs) onSweep(scene, listener);
    } else {
      const request = endpoint.requests.get(timer.peer);
      if (request?.dueMs === timer.dueMs) onRequestTimer(scene, request);
    }
    return out;
  }

  /** Every socket in LISTEN. */
  listeners(): ListenerView[] {
    const views: ListenerView[] = [];
    for (const { listeners } of this.#state.endpoints.values())
      for (const listener of listeners) views.push(this.#view(listener));
    return views;
  }

  /** A listener by its name; null when none listens by that name. */
  listener(name: string): ListenerView | null {
    const listener = this.#listener(name);
    return listener === undefined ? null : this.#view(listener);
  }

  /** A listener's queues as a live view, for whoever looks after every event; null when none listens by that name. */
  queues(name: string): LiveQueues | null {
    return this.#listener(name) ?? null;
  }

  #view(listener: Listener): ListenerView {
    const { name, endpoint, limit, acceptQueue, qlen, young, drops } = listener;
    const isFull = isSynQueueFull(this.#state.rules, listener);
    return {
      name,
      endpoint,
      limit,
      acceptQueue: { length: acceptQueue.length, capacity: limit + 1 },
      synQueue: { length: qlen, young, isFull },
      drops: this.#state.rules.countsListenerDrops ? drops : null,
    };
  }

  #listener(name: string): Listener | undefined {
    for (const { listeners } of this.#state.endpoints.values()) {
      const found = listeners.find((listener) => listener.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Open requests, oldest first, also those whose listener is gone. */
  requests(): Readonly<Request>[] {
    return [...this.#state.endpoints.values()].flatMap(({ requests }) => [...requests.values()]);
  }

  /** Whose handshakes are half-open, as the kernel lists them in SYN_RECV: requests, and what Fast Open has made of a SYN. */
  halfOpen(endpoint: Peer | null = null): Peer[] {
    const places = [...this.#state.endpoints].filter(([key]) => endpoint === null || key === endpoint);
    return places.flatMap(([, { requests, children }]) => {
      const opened = [...children.values()].filter(({ state }) => state === "SYN_RECV");
      return [...requests.values(), ...opened].map(({ peer }) => peer);
    });
  }

  /** Who waits in a listener's accept queue, in the order in which accept() will return them. */
  waiting(name: string): Readonly<Child>[] {
    return this.#listener(name)?.acceptQueue.toArray() ?? [];
  }

  /** The connection of a peer at an endpoint, accepted or waiting; null when there is none. */
  connection(endpoint: Peer, peer: Peer): Readonly<Child> | null {
    return this.#state.endpoints.get(endpoint)?.children.get(peer) ?? null;
  }
}
