/**
 * The SYN+ACK timer: one per request, or an old kernel's sweep of the listener every 200 ms.
 *
 * @module
 */

import { isCrowded, isExpired, resendsSynAck } from "../rules/predicates.ts";
import {
  count,
  decided,
  freeRequest,
  type HostState,
  requestTimeoutMs,
  type Scene,
  setRequestTimer,
  setSweep,
} from "./host-state.ts";
import { resendSynAck } from "./on-request-segment.ts";
import type { Listener, Request } from "./state.ts";

/** How often an old kernel sweeps. @kernel include/net/tcp.h TCP_SYNQ_INTERVAL v3.10 */
const SWEEP_MS = 200;

/** A request's own timer fires. @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18 */
export function onRequestTimer(scene: Scene, request: Request): void {
  if (!request.listener.isListening) {
    decided(scene, "orphaned-request");
    freeRequest(scene, request, "listener-gone");
    return;
  }
  fireRequest(scene, request, retriesLeft(scene.host, request.listener));
}

/**
 * An old kernel's sweep: the hand moves over two fifths of the table (with a first timeout of 1 s) and looks at what is due
 * there, so an answer can be some ticks late.
 *
 * @kernel net/ipv4/inet_connection_sock.c inet_csk_reqsk_queue_prune() v3.10
 */
export function onSweep(scene: Scene, listener: Listener): void {
  const { host, endpoint, atMs } = scene;
  const { tableSize, hand } = listener;
  const budget = Math.max(1, 2 * Math.floor(tableSize / (host.rules.firstTimeoutMs / SWEEP_MS)));
  const retries = retriesLeft(host, listener);
  const distance = (request: Request) => (request.bucket - hand + tableSize) % tableSize;
  const due = [...endpoint.requests.values()]
    .filter((one) => one.listener === listener && one.dueMs <= atMs && distance(one) < budget)
    .reverse() // The newest request of a bucket stands first in it.
    .sort((a, b) => distance(a) - distance(b));
  for (const request of due) fireRequest(scene, request, retries);
  listener.hand = (hand + budget) % tableSize;
  if (listener.qlen > 0) setSweep(host, listener, atMs + SWEEP_MS);
}

/**
 * How many resends a request is given: fewer while many wait that are no longer young.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 */
export function retriesLeft(host: HostState, listener: Listener): number {
  const { pruneLeastRetries } = host.rules;
  let retries = host.sysctls.synackRetries;
  if (!isCrowded(host.rules, listener)) return retries;
  for (let young = listener.young * 2; retries > pruneLeastRetries && listener.qlen >= young; young *= 2) {
    retries -= 1;
  }
  return retries;
}

function fireRequest(scene: Scene, request: Request, retries: number): void {
  const { host, atMs } = scene;
  if (host.rules.countsSynAckTimer) count(scene, "TCPTimeouts");
  if (isExpired(request, retries)) {
    expire(scene, request);
    return;
  }
  if (resendsSynAck(request)) {
    decided(scene, "synack-timer");
    resendSynAck(scene, request, request.listener.endpoint);
  } else decided(scene, "defer-accept-silent");
  if (request.numTimeout === 0) request.listener.young -= 1;
  request.numTimeout += 1;
  setRequestTimer(host, request, atMs + requestTimeoutMs(host, request.numTimeout));
}

function expire(scene: Scene, request: Request): void {
  const isPruned = request.numTimeout < scene.host.sysctls.synackRetries;
  decided(scene, isPruned ? "prune" : "expire");
  freeRequest(scene, request, isPruned ? "pruned" : "expired");
}
