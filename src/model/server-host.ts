/**
 * The listening host as an executable specification: give it segments, calls and timer firings with their times, and it
 * says what the kernel does. It has no clock, no randomness and no wire; all three are parameters. What happens at each
 * event is on-*.ts's; this file only finds whom an event concerns.
 *
 * @module
 */

import { TCP_FLAG } from "../wire/index.ts";
import { onChildSegment } from "./child.ts";
import type { CounterName } from "./counters.ts";
import { type Effects, noEffects } from "./effects.ts";
import { Fifo } from "./fifo.ts";
import {
  count,
  endpointAt,
  freeRequest,
  type HostState,
  type HostSurroundings,
  newHostState,
  send,
  type TimerRef,
} from "./host-state.ts";
import { deferRoundsOf, limitOf, limitRules, synTableSize } from "./limit.ts";
import { onListenerSegment, onNobody } from "./on-listener-segment.ts";
import { onRequestSegment } from "./on-request-segment.ts";
import { onRequestTimer, onSweep } from "./on-timer.ts";
import { isSynQueueFull, needsReset } from "./predicates.ts";
import type { KernelRules } from "./rules.ts";
import { answerTo, type ModelSegment, type Peer } from "./segment.ts";
import { type Child, cloneEndpoint, type Listener, type LocalEndpoint, type Request } from "./state.ts";
import { defaultSysctls, type ModelSysctls, setSysctlOf } from "./sysctls.ts";

/** What is asked for at listen(). */
export interface ListenRequest {
  /** Tells listeners apart; a second listen() by the same name is on the same socket. */
  readonly name: string;
  readonly endpoint: Peer;
  readonly backlog: number;
  /** TCP_DEFER_ACCEPT in seconds. */
  readonly deferAcceptS?: number;
  /** TCP_FASTOPEN: how many such requests may wait. */
  readonly fastOpenQueue?: number;
}

/** A listener from outside. */
export interface ListenerView {
  readonly name: string;
  readonly endpoint: Peer;
  readonly limit: number;
  readonly acceptQueue: { readonly length: number; readonly capacity: number };
  readonly synQueue: { readonly length: number; readonly young: number; readonly isFull: boolean };
  /** `sk_drops`; null on a kernel that has none. */
  readonly drops: number | null;
}

/** A host with its listeners. */
export class ServerHost {
  readonly #state: HostState;

  private constructor(state: HostState) {
    this.#state = state;
  }

  /** A host without listeners, with the sysctls that a new namespace has in this era. */
  static create(rules: KernelRules, outside: HostSurroundings): ServerHost {
    return new ServerHost(newHostState(rules, defaultSysctls(rules), outside));
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

  /** A copy that shares nothing that changes. With `outside` it takes other parameters from then on. */
  clone(outside: HostSurroundings = this.#state.outside): ServerHost {
    const { rules, sysctls, counters, endpoints } = this.#state;
    const copies = new Map<Peer, LocalEndpoint>();
    for (const [key, endpoint] of endpoints) copies.set(key, cloneEndpoint(endpoint));
    return new ServerHost({
      rules,
      sysctls: { ...sysctls },
      counters: { ...counters },
      endpoints: copies,
      outside,
    });
  }

  /** Sets a sysctl by the kernel's name, such as `net.core.somaxconn`; what it does not obey is ignored. */
  setSysctl(name: string, value: number): void {
    setSysctlOf(this.#state.sysctls, name, value);
  }

  /** A segment arrives. `out` is for those who would rather not make a new object per event. */
  onSegment(segment: ModelSegment, atMs: number, out: Effects = noEffects()): Effects {
    const endpoint = this.#state.endpoints.get(segment.to);
    if (endpoint === undefined) onNobody(this.#state, segment, out);
    else this.#atEndpoint(endpoint, segment, atMs, out);
    return out;
  }

  /** The established table first, then the listeners. @kernel net/ipv4/tcp_ipv4.c tcp_v4_rcv() v6.18 */
  #atEndpoint(endpoint: LocalEndpoint, segment: ModelSegment, atMs: number, out: Effects): void {
    const child = endpoint.children.get(segment.from);
    if (child !== undefined) {
      onChildSegment(this.#state, endpoint, child, segment, out);
      return;
    }
    const request = endpoint.requests.get(segment.from);
    if (request?.listener.isListening === true) {
      if (onRequestSegment(this.#state, endpoint, request, segment, atMs, out)) return;
      onListenerSegment(this.#state, endpoint, request.listener, segment, atMs, out);
      return;
    }
    if (request !== undefined) {
      out.rules.push("orphaned-request");
      freeRequest(endpoint, request, "listener-gone", out);
    }
    const listener = this.#listenerFor(endpoint, segment);
    if (listener === undefined) onNobody(this.#state, segment, out);
    else onListenerSegment(this.#state, endpoint, listener, segment, atMs, out);
  }

  #listenerFor({ listeners }: LocalEndpoint, segment: ModelSegment): Listener | undefined {
    if (listeners.length < 2) return listeners[0];
    const names = listeners.map((listener) => listener.name);
    const chosen = this.#state.outside.chooseMember?.(segment, names);
    return listeners.find((listener) => listener.name === chosen) ?? listeners[0];
  }

  /** listen(): makes a listener, or gives an existing one another limit and nothing else. */
  listen(request: ListenRequest, out: Effects = noEffects()): Effects {
    const { rules, sysctls } = this.#state;
    const endpoint = endpointAt(this.#state, request.endpoint);
    const limit = limitOf(rules, request.backlog, sysctls.somaxconn);
    out.rules.push(...limitRules(rules, request.backlog, sysctls.somaxconn));
    const existing = endpoint.listeners.find((listener) => listener.name === request.name);
    if (existing === undefined) endpoint.listeners.push(this.#newListener(request, limit));
    else {
      out.rules.push("relisten");
      existing.limit = limit;
      existing.backlog = request.backlog;
    }
    return out;
  }

  #newListener(
    { name, endpoint, backlog, deferAcceptS, fastOpenQueue }: ListenRequest,
    limit: number,
  ): Listener {
    const { rules, sysctls } = this.#state;
    return {
      name,
      endpoint,
      isListening: true,
      backlog,
      limit,
      tableSize: synTableSize(backlog, sysctls.somaxconn, sysctls.maxSynBacklog),
      hand: 0,
      sweepDueMs: null,
      qlen: 0,
      young: 0,
      drops: 0,
      deferRounds: deferRoundsOf(deferAcceptS ?? 0, rules.firstTimeoutMs),
      fastOpenMost: Math.min(fastOpenQueue ?? 0, sysctls.somaxconn),
      fastOpenLength: 0,
      lastCookieAtMs: null,
      acceptQueue: new Fifo(),
    };
  }

  /** accept(): the connection that has waited longest, or null (EAGAIN). */
  accept(name: string): Readonly<Child> | null {
    const child = this.#listener(name)?.acceptQueue.shift();
    if (child === undefined) return null;
    child.isAccepted = true;
    return child;
  }

  /**
   * close() of a listener: who waits in its accept queue is reset; requests stay until their next packet or timer.
   *
   * @kernel net/ipv4/inet_connection_sock.c inet_csk_listen_stop() v6.18
   */
  close(name: string, out: Effects = noEffects()): Effects {
    const listener = this.#listener(name);
    const endpoint = listener === undefined ? undefined : this.#state.endpoints.get(listener.endpoint);
    if (listener === undefined || endpoint === undefined) return out;
    listener.isListening = false;
    endpoint.listeners.splice(endpoint.listeners.indexOf(listener), 1);
    for (const child of listener.acceptQueue.toArray()) this.#abandon(endpoint, listener, child, out);
    listener.acceptQueue = new Fifo();
    if (listener.qlen === 0) return out;
    if (this.#state.rules.requestsOutliveListener) out.rules.push("close-leaves-requests");
    else {
      for (const request of [...endpoint.requests.values()])
        if (request.listener === listener) freeRequest(endpoint, request, "listener-gone", out);
    }
    return out;
  }

  /** @kernel net/ipv4/tcp.c tcp_disconnect() v6.18 */
  #abandon(endpoint: LocalEndpoint, listener: Listener, child: Child, out: Effects): void {
    endpoint.children.delete(child.peer);
    if (!needsReset(child)) return;
    out.rules.push("close-resets-children");
    count(this.#state, "OutRsts");
    if (child.state !== "SYN_RECV") count(this.#state, "EstabResets");
    const ends = { from: child.peer, to: listener.endpoint };
    send(out, "reset", answerTo(ends, TCP_FLAG.RST | TCP_FLAG.ACK, child.sndNxt, child.rcvNxt));
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
    if (timer.peer === null) {
      const listener = endpoint.listeners.find((one) => one.name === timer.listener);
      if (listener?.sweepDueMs === timer.dueMs) onSweep(this.#state, endpoint, listener, atMs, out);
    } else {
      const request = endpoint.requests.get(timer.peer);
      if (request?.dueMs === timer.dueMs) onRequestTimer(this.#state, endpoint, request, atMs, out);
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

  /** Who waits in a listener's accept queue, in the order in which accept() will return them. */
  waiting(name: string): Readonly<Child>[] {
    return this.#listener(name)?.acceptQueue.toArray() ?? [];
  }

  /** The connection of a peer at an endpoint, accepted or waiting; null when there is none. */
  connection(endpoint: Peer, peer: Peer): Readonly<Child> | null {
    return this.#state.endpoints.get(endpoint)?.children.get(peer) ?? null;
  }
}
