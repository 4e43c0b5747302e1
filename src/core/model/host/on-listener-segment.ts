/**
 * A segment that meets the listener itself, or nobody: a SYN, a cookie's ACK, or something lost.
 *
 * @module
 */
import { seqAdd } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { asksForCookie, fitsCookie, isAcceptQueueFull, isFreshCookie } from "../rules/predicates.ts";
import { addChild, onChildSegment } from "./child.ts";
import {
  count,
  countSwallowed,
  decided,
  type Moment,
  refuseForAcceptQueue,
  type Scene,
} from "./host-state.ts";
import { has, type ModelSegment } from "./model-segment.ts";
import { sendReset } from "./on-request-segment.ts";
import { onSyn } from "./on-syn.ts";
import type { Listener } from "./state.ts";

/**
 * A segment that meets a socket in LISTEN.
 *
 * @kernel net/ipv4/tcp_input.c tcp_rcv_state_process() v6.18
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_cookie_check() v6.18
 */
export function onListenerSegment(scene: Scene, listener: Listener, segment: ModelSegment): void {
  const [isReset, isSyn, isAck, isFin] = [TCP_FLAG.RST, TCP_FLAG.SYN, TCP_FLAG.ACK, TCP_FLAG.FIN].map(
    (flag) => has(segment, flag),
  );
  if (isAck && !isReset) onListenerAck(scene, listener, segment);
  else if (isSyn && !isReset && !isFin) onSyn(scene, listener, segment);
  else {
    decided(scene, "listener-ignores");
    // The ACK flag is looked at first, and its way out counts nothing.
    if (!isAck) countSwallowed(scene, listener);
  }
}

/** A segment to an address and port where nobody listens. @kernel net/ipv4/tcp_ipv4.c tcp_v4_rcv() v6.18 */
export function onNobody(moment: Moment, segment: ModelSegment): void {
  if (has(segment, TCP_FLAG.RST)) {
    decided(moment, "listener-ignores");
    return;
  }
  decided(moment, has(segment, TCP_FLAG.SYN) ? "syn-without-socket" : "ack-without-socket");
  sendReset(moment, segment);
}

/** An ACK is a cookie's, or of nothing that the listener knows. */
function onListenerAck(scene: Scene, listener: Listener, segment: ModelSegment): void {
  if (!has(segment, TCP_FLAG.SYN) && onCookieAck(scene, listener, segment)) return;
  decided(scene, "ack-without-socket");
  sendReset(scene, segment);
}

/** An ACK without a request: true when it was a good cookie's, also if there was no room for it. @kernel net/ipv4/syncookies.c cookie_v4_check() v6.18 */
function onCookieAck(scene: Scene, listener: Listener, segment: ModelSegment): boolean {
  const { host, endpoint, atMs } = scene;
  const { lastCookieAtMs } = host.rules.sharesCookieStamp ? endpoint : listener;
  if (!asksForCookie(host.rules, host.sysctls, lastCookieAtMs, atMs)) {
    if (host.rules.countsFailedWithoutStamp && host.sysctls.syncookies !== 0)
      count(scene, "SyncookiesFailed");
    return false;
  }
  const cookies = endpoint.cookies.get(segment.from) ?? [];
  const fitting = cookies.filter((cookie) => fitsCookie(host.rules, segment, cookie));
  if (fitting.some((cookie) => isFreshCookie(host.rules, cookie, atMs))) {
    count(scene, "SyncookiesRecv");
    takeCookie(scene, listener, segment);
    return true;
  }
  decided(scene, fitting.length > 0 ? "cookie-expired" : "cookie-bad");
  count(scene, "SyncookiesFailed");
  return false;
}

/** Not even tcp_abort_on_overflow answers a cookie's ACK that finds no room. @kernel net/ipv4/syncookies.c tcp_get_cookie_sock() v6.18 */
function takeCookie(scene: Scene, listener: Listener, segment: ModelSegment): void {
  const { from: peer, seq, ack } = segment;
  if (isAcceptQueueFull(scene.host.rules, listener)) {
    decided(scene, "cookie-overflow");
    refuseForAcceptQueue(scene, listener, segment, "cookie-ack");
    return;
  }
  if (scene.endpoint.requests.has(peer)) {
    // A later SYN of the same client was kept: its request holds the place in the table, and the new connection is thrown away.
    decided(scene, "cookie-beside-request");
    count(scene, "PassiveOpens");
    return;
  }
  decided(scene, "cookie-accepted");
  // The first numbers are taken from the segment: nobody has kept those of the handshake.
  const agreed = { peer, isn: seqAdd(ack, -1), clientIsn: seqAdd(seq, -1) };
  onChildSegment(scene, addChild(scene, listener, agreed, "cookie"), segment);
}
