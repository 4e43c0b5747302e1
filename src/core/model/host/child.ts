/**
 * A connection at the server from the moment it exists until its owner takes it over: how it comes into the accept queue,
 * and what of its later packets the queue can see. Its data, answers and timers are a connection's, not the listener's.
 *
 * @module
 */
import { seqAdd, seqAfter } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { isExactReset } from "../rules/predicates.ts";
import type { Queued } from "./effects.ts";
import { count, type Scene } from "./host-state.ts";
import { endOf, has, type ModelSegment, type Peer } from "./model-segment.ts";
import type { Child, Listener, LocalEndpoint } from "./state.ts";

/** What a handshake has agreed on. */
interface Agreed {
  readonly peer: Peer;
  readonly isn: number;
  readonly clientIsn: number;
}

/** Makes the connection and puts it at the end of the accept queue. @kernel net/ipv4/tcp_minisocks.c tcp_create_openreq_child() v6.18 */
export function addChild(
  scene: Scene,
  listener: Listener,
  { peer, isn, clientIsn }: Agreed,
  by: Queued["by"],
): Child {
  const child: Child = {
    peer,
    listener: listener.name,
    rcvIsn: clientIsn,
    sndNxt: seqAdd(isn, 1),
    rcvNxt: seqAdd(clientIsn, 1),
    state: "ESTABLISHED",
    isAccepted: false,
    holdsFastOpenPlace: false,
    bytes: 0,
  };
  scene.endpoint.children.set(peer, child);
  listener.acceptQueue.push(child);
  count(scene, "PassiveOpens");
  scene.out.queued.push({ peer, listener: listener.name, by });
  return child;
}

/** A segment of an established connection: what it changes about the child's place in the queue. */
export function onChildSegment(scene: Scene, child: Child, segment: ModelSegment): void {
  scene.out.deliveredTo = child.peer;
  if (has(segment, TCP_FLAG.RST)) {
    resetChild(scene, child, segment);
    return;
  }
  if (child.holdsFastOpenPlace && has(segment, TCP_FLAG.ACK)) establish(scene.endpoint, child);
  const end = endOf(segment);
  if (has(segment, TCP_FLAG.SYN) || seqAfter(segment.seq, child.rcvNxt) || !seqAfter(end, child.rcvNxt))
    return;
  child.bytes += segment.length;
  child.rcvNxt = end;
  if (has(segment, TCP_FLAG.FIN)) child.state = "CLOSE_WAIT";
}

/** Its owner closes it: no longer half-open, even if its handshake has not ended. @kernel net/ipv4/tcp.c tcp_close_state() v6.18 */
export function closeChild(child: Child): void {
  if (child.state === "SYN_RECV" || child.state === "ESTABLISHED") child.state = "FIN_WAIT";
  else if (child.state === "CLOSE_WAIT") child.state = "LAST_ACK";
}

/**
 * A child that is reset while it waits keeps its place: accept() returns it. Only what nobody had closed counts as a reset of an
 * established connection.
 *
 * @kernel net/ipv4/tcp_input.c tcp_reset() v6.18
 * @kernel net/ipv4/tcp.c tcp_set_state() v6.18
 */
function resetChild(scene: Scene, child: Child, segment: ModelSegment): void {
  if (!isExactReset(segment, child)) return;
  if (child.holdsFastOpenPlace) establish(scene.endpoint, child);
  if (child.state === "ESTABLISHED" || child.state === "CLOSE_WAIT") count(scene, "EstabResets");
  child.state = "CLOSE";
  scene.endpoint.children.delete(child.peer);
}

function establish(endpoint: LocalEndpoint, child: Child): void {
  child.holdsFastOpenPlace = false;
  if (child.state === "SYN_RECV") child.state = "ESTABLISHED";
  const listener = endpoint.listeners.find((one) => one.name === child.listener);
  if (listener !== undefined) listener.fastOpenLength -= 1;
}
