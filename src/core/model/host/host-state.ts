/**
 * What the events of one listening host work on: its state, and what it depends on. Small steps that several events
 * share stand here: counting, arming, freeing.
 *
 * @module
 */

import type { ModelSysctls } from "../rules/model-sysctls.ts";
import type { RuleName } from "../rules/rule-names.ts";
import type { KernelRules } from "../rules/rules.ts";
import type { Effects, FreeReason, SentKind } from "./effects.ts";
import { type CounterName, type Counters, zeroCounters } from "./host-counters.ts";
import type { ModelSegment, Peer } from "./model-segment.ts";
import { emptyEndpoint, type Listener, type LocalEndpoint, type Request } from "./state.ts";

/** A pending timer. It is due at `dueMs` by the kernel's arithmetic; the timer wheel may let it fire later. */
export interface TimerRef {
  /** A request's own, or an old kernel's sweep of a listener. */
  readonly kind: "request" | "sweep";
  readonly endpoint: Peer;
  readonly listener: string;
  /** Whose request it is; null for a sweep. */
  readonly peer: Peer | null;
  readonly dueMs: number;
}

/** What a host depends on: all that is random on a real one. */
export interface HostDependencies {
  /** The server's initial sequence number for a SYN. */
  readonly initialSequence: (segment: ModelSegment, isCookie: boolean) => number;
  /** Which member of a SO_REUSEPORT group gets a SYN; the first without it. */
  readonly chooseMember?: (segment: ModelSegment, members: readonly string[]) => string;
  /** In which bucket of an old kernel's table a peer's request lies; all in bucket 0 without it. */
  readonly bucketOf?: (peer: Peer, tableSize: number) => number;
  /** Told of every timer when it is set. An older one of the same owner counts no more. */
  readonly onTimer?: (timer: TimerRef) => void;
}

/** The state of a host. */
export interface HostState {
  readonly rules: KernelRules;
  readonly sysctls: ModelSysctls;
  readonly counters: Counters;
  readonly endpoints: Map<Peer, LocalEndpoint>;
  readonly dependencies: HostDependencies;
}

/** A host without listeners. */
export function newHostState(
  rules: KernelRules,
  sysctls: ModelSysctls,
  dependencies: HostDependencies,
): HostState {
  return { rules, sysctls, counters: zeroCounters(), endpoints: new Map(), dependencies };
}

/** One event: the host at which it happens, when, and what it has done so far. */
export interface Moment {
  readonly host: HostState;
  readonly atMs: number;
  readonly out: Effects;
}

/** An event that concerns one local address and port. */
export interface Scene extends Moment {
  readonly endpoint: LocalEndpoint;
}

/** What is at an address and port; made when first asked for. */
export function endpointAt(host: HostState, endpoint: Peer): LocalEndpoint {
  const known = host.endpoints.get(endpoint);
  if (known !== undefined) return known;
  const made = emptyEndpoint();
  host.endpoints.set(endpoint, made);
  return made;
}

/** Raises a counter by one. */
export function count({ host }: Pick<Moment, "host">, name: CounterName): void {
  host.counters[name] += 1;
}

/** Notes which rule decided. */
export function decided({ out }: Pick<Moment, "out">, rule: RuleName): void {
  out.rules.push(rule);
}

export function send({ out }: Pick<Moment, "out">, kind: SentKind, segment: ModelSegment): void {
  out.sent.push({ kind, segment });
}

/**
 * A refusal at the listener.
 *
 * @kernel include/net/tcp.h tcp_listendrop() v6.18
 */
export function countDrop(moment: Moment, listener: Listener): void {
  count(moment, "ListenDrops");
  if (moment.host.rules.countsListenerDrops) listener.drops += 1;
}

/** An ACK that found no room in the accept queue. @kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock() v6.18 */
export function refuseForAcceptQueue(
  moment: Moment,
  listener: Listener,
  { from: peer }: ModelSegment,
  what: "final-ack" | "cookie-ack",
): void {
  count(moment, "ListenOverflows");
  countDrop(moment, listener);
  moment.out.refused.push({ peer, listener: listener.name, what, why: "accept-queue-full" });
}

/**
 * A packet that a request swallows adds to the listener's drops, but not to ListenDrops.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_rcv() v6.18
 */
export function countSwallowed({ host }: Moment, listener: Listener): void {
  if (host.rules.countsListenerDrops) listener.drops += host.rules.dropsPerSwallowedPacket;
}

/** Takes a request out of its queue, whatever becomes of it. @kernel include/net/request_sock.h reqsk_queue_removed() v6.18 */
export function removeRequest(endpoint: LocalEndpoint, request: Request): void {
  if (!endpoint.requests.delete(request.peer)) return;
  const { listener } = request;
  listener.qlen -= 1;
  if (request.numTimeout === 0) listener.young -= 1;
  if (listener.qlen === 0) listener.sweepDueMs = null;
}

/** Ends a request that became no connection. */
export function freeRequest({ endpoint, out }: Scene, request: Request, why: FreeReason): void {
  removeRequest(endpoint, request);
  out.freed.push({ peer: request.peer, listener: request.listener.name, why });
}

/** Sets a request's timer. On an old kernel only the sweep looks at it. */
export function setRequestTimer(host: HostState, request: Request, dueMs: number): void {
  request.dueMs = dueMs;
  if (host.rules.requestTimer === "sweep") return;
  const { endpoint, name } = request.listener;
  host.dependencies.onTimer?.({ kind: "request", endpoint, listener: name, peer: request.peer, dueMs });
}

/** Sets an old kernel's sweep. */
export function setSweep(host: HostState, listener: Listener, dueMs: number): void {
  listener.sweepDueMs = dueMs;
  const { endpoint, name } = listener;
  host.dependencies.onTimer?.({ kind: "sweep", endpoint, listener: name, peer: null, dueMs });
}

/** How long a request waits after its timer has fired so often. @kernel net/ipv4/inet_connection_sock.c tcp_reqsk_timeout() v6.18 */
export function requestTimeoutMs(host: HostState, numTimeout: number): number {
  return Math.min(host.rules.firstTimeoutMs * 2 ** numTimeout, 120_000);
}
