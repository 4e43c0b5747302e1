/**
 * The server's calls: listen(), on a new socket or again on the same one, and close() of a listener. accept() has nothing to
 * decide: it takes the first of the queue.
 *
 * @module
 */
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { deferRoundsOf, limitOf, limitRules, synTableSize } from "../rules/limit-of.ts";
import { needsReset } from "../rules/predicates.ts";
import { Fifo } from "./fifo.ts";
import { count, decided, freeRequest, type HostState, type Scene, send } from "./host-state.ts";
import { answerTo, type Peer } from "./model-segment.ts";
import type { Child, Listener } from "./state.ts";

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

/**
 * listen(): makes a listener, or gives an existing one another limit and nothing else.
 *
 * @kernel net/ipv4/af_inet.c __inet_listen_sk() v6.18
 */
export function onListen(scene: Scene, request: ListenRequest): void {
  const { host, endpoint, out } = scene;
  const { backlog, name } = request;
  const { somaxconn } = host.sysctls;
  const limit = limitOf(host.rules, backlog, somaxconn);
  out.rules.push(...limitRules(host.rules, backlog, somaxconn));
  const existing = endpoint.listeners.find((listener) => listener.name === name);
  if (existing === undefined) endpoint.listeners.push(newListener(host, request, limit));
  else {
    decided(scene, "relisten");
    existing.limit = limit;
    existing.backlog = backlog;
  }
}

function newListener({ rules, sysctls }: HostState, request: ListenRequest, limit: number): Listener {
  const { name, endpoint, backlog, deferAcceptS, fastOpenQueue } = request;
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

/**
 * close() of a listener: who waits in its accept queue is reset; requests stay until their next packet or timer.
 *
 * @kernel net/ipv4/inet_connection_sock.c inet_csk_listen_stop() v6.18
 */
export function onClose(scene: Scene, listener: Listener): void {
  const { listeners } = scene.endpoint;
  listener.isListening = false;
  listeners.splice(listeners.indexOf(listener), 1);
  if (listeners.length === 0) scene.endpoint.lastCookieAtMs = null;
  for (const child of listener.acceptQueue.toArray()) abandon(scene, listener, child);
  listener.acceptQueue = new Fifo();
  if (listener.qlen === 0) return;
  if (scene.host.rules.requestsOutliveListener) decided(scene, "close-leaves-requests");
  else freeRequestsOf(scene, listener);
}

/** @kernel net/ipv4/inet_connection_sock.c inet_csk_listen_stop() v3.10 */
function freeRequestsOf(scene: Scene, listener: Listener): void {
  for (const request of [...scene.endpoint.requests.values()])
    if (request.listener === listener) freeRequest(scene, request, "listener-gone");
}

/** @kernel net/ipv4/tcp.c tcp_disconnect() v6.18 */
function abandon(scene: Scene, { endpoint: to }: Listener, child: Child): void {
  scene.endpoint.children.delete(child.peer);
  if (!needsReset(child)) return;
  decided(scene, "close-resets-children");
  count(scene, "OutRsts");
  if (child.state !== "SYN_RECV") count(scene, "EstabResets");
  const flags = TCP_FLAG.RST | TCP_FLAG.ACK;
  send(scene, "reset", answerTo({ from: child.peer, to }, flags, child.sndNxt, child.rcvNxt));
}
