/**
 * A segment that meets the listener itself, or nobody: a SYN, a cookie's ACK, or something lost.
 *
 * @module
 */
import { TCP_FLAG } from "../wire/index.ts";
import { addChild, onChildSegment } from "./child.ts";
import type { Effects } from "./effects.ts";
import { count, countDrop, countSwallowed, decided, type HostState } from "./host-state.ts";
import { sendReset } from "./on-request-segment.ts";
import { onSyn } from "./on-syn.ts";
import { asksForCookie, fitsCookie, isAcceptQueueFull, isFreshCookie } from "./predicates.ts";
import { has, type ModelSegment } from "./segment.ts";
import type { Listener, LocalEndpoint, SentCookie } from "./state.ts";

/**
 * A segment that meets a socket in LISTEN.
 *
 * @kernel net/ipv4/tcp_input.c tcp_rcv_state_process() v6.18
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_cookie_check() v6.18
 */
export function onListenerSegment(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): void {
  const isReset = has(segment, TCP_FLAG.RST);
  if (has(segment, TCP_FLAG.ACK) && !isReset) {
    if (has(segment, TCP_FLAG.SYN) || !onCookieAck(host, endpoint, listener, segment, atMs, out)) {
      decided(out, "ack-without-socket");
      sendReset(host, segment, out);
    }
  } else if (has(segment, TCP_FLAG.SYN) && !isReset && !has(segment, TCP_FLAG.FIN)) {
    onSyn(host, endpoint, listener, segment, atMs, out);
  } else {
    decided(out, "listener-ignores");
    // The ACK flag is looked at first, and its way out counts nothing.
    if (!has(segment, TCP_FLAG.ACK)) countSwallowed(host, listener);
  }
}

/** A segment to an address and port where nobody listens. @kernel net/ipv4/tcp_ipv4.c tcp_v4_rcv() v6.18 */
export function onNobody(host: HostState, segment: ModelSegment, out: Effects): void {
  if (has(segment, TCP_FLAG.RST)) {
    decided(out, "listener-ignores");
    return;
  }
  decided(out, has(segment, TCP_FLAG.SYN) ? "syn-without-socket" : "ack-without-socket");
  sendReset(host, segment, out);
}

/** An ACK without a request: true when it was a good cookie's, or was dropped as one. @kernel net/ipv4/syncookies.c cookie_v4_check() v6.18 */
function onCookieAck(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): boolean {
  if (!asksForCookie(host.rules, host.sysctls, listener, atMs)) return false;
  const cookie = endpoint.cookies.get(segment.from);
  if (cookie === undefined || !fitsCookie(segment, cookie) || !isFreshCookie(host.rules, cookie, atMs)) {
    const hasAged = cookie !== undefined && fitsCookie(segment, cookie);
    decided(out, hasAged ? "cookie-expired" : "cookie-bad");
    count(host, "SyncookiesFailed");
    return false;
  }
  count(host, "SyncookiesRecv");
  takeCookie(host, endpoint, listener, segment, cookie, out);
  return true;
}

/** Not even tcp_abort_on_overflow answers a cookie's ACK that finds no room. @kernel net/ipv4/syncookies.c tcp_get_cookie_sock() v6.18 */
function takeCookie(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  { isn, clientIsn }: SentCookie,
  out: Effects,
): void {
  const peer = segment.from;
  if (isAcceptQueueFull(host.rules, listener)) {
    decided(out, "cookie-overflow");
    count(host, "ListenOverflows");
    countDrop(host, listener);
    out.refused.push({ peer, listener: listener.name, what: "cookie-ack", why: "accept-queue-full" });
    return;
  }
  if (endpoint.requests.has(peer)) {
    // A later SYN of the same client was kept: its request holds the place in the table, and the new connection is thrown away.
    decided(out, "cookie-beside-request");
    count(host, "PassiveOpens");
    return;
  }
  decided(out, "cookie-accepted");
  endpoint.cookies.delete(peer);
  const child = addChild(host, endpoint, listener, { peer, isn, clientIsn }, out, "cookie");
  onChildSegment(host, endpoint, child, segment, out);
}
