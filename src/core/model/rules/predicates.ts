/**
 * The questions that the kernel asks, one predicate each. None changes anything; the `on-<event>` files of
 * `model/host` act on the answers.
 *
 * @module
 */
import { seqAdd, seqAfter, seqBefore } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { endOf, has, type ModelSegment } from "../host/model-segment.ts";
import type { Child, Listener, Request, SentCookie } from "../host/state.ts";
import type { ModelSysctls } from "./model-sysctls.ts";
import { admittedByLastQuarter, capacityOf } from "./queue-capacity.ts";
import type { KernelRules } from "./rules.ts";

/** The most that a request can offer, unscaled; with small buffers or another MSS it offers somewhat less. @kernel include/net/request_sock.h tcp_synack_window() v6.18 */
const REQUEST_WINDOW = 65_535;
/** One tick of the cookie clock. @kernel include/net/tcp.h TCP_SYNCOOKIE_PERIOD v6.18 */
const COOKIE_TICK_MS = 60_000;

/**
 * Whether no more requests are kept. 4.4 replaced a hash table of its own size by the limit; 6.14 (and the stable trees of
 * January 2025) replaced `>=` by `>`.
 *
 * @kernel include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full() v6.18
 * @kernel include/net/request_sock.h reqsk_queue_is_full() v3.10
 */
export function isSynQueueFull(rules: KernelRules, { qlen, limit, tableSize }: Listener): boolean {
  if (rules.synQueueBound === "table") return qlen >= tableSize;
  return qlen >= capacityOf(rules.synQueueTest, limit);
}

/**
 * Whether the accept queue takes no more: one more than the limit fits. The same in every era.
 *
 * @kernel include/net/sock.h sk_acceptq_is_full() v6.18
 */
export function isAcceptQueueFull(rules: KernelRules, { acceptQueue, limit }: Listener): boolean {
  return acceptQueue.length >= capacityOf(rules.acceptQueueTest, limit);
}

/**
 * Whether a SYN is refused because the accept queue is full. Up to 4.9 only while more than one request was young.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_conn_request() v3.10
 */
export function refusesSynForAcceptQueue(rules: KernelRules, listener: Listener): boolean {
  return isAcceptQueueFull(rules, listener) && listener.young > rules.youngRequestsThatExcuse;
}

/**
 * Whether every SYN is answered by a cookie. 3.13 brought it.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
export function sendsCookiesAlways(rules: KernelRules, { syncookies }: ModelSysctls): boolean {
  return rules.hasUnconditionalCookies && syncookies === 2;
}

/**
 * Whether a SYN from an unproven peer is refused to keep the last quarter of tcp_max_syn_backlog for proven ones. Only
 * without cookies. The model's peers are never proven: the lab saves no metrics.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
export function isLastQuarter(rules: KernelRules, sysctls: ModelSysctls, { qlen }: Listener): boolean {
  if (sysctls.syncookies !== 0) return false;
  return qlen >= admittedByLastQuarter(sysctls.maxSynBacklog, rules.lastShare);
}

/**
 * Whether a segment is the request's own SYN again.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function isDuplicateSyn(segment: ModelSegment, request: Request): boolean {
  const marks = segment.flags & (TCP_FLAG.SYN | TCP_FLAG.RST | TCP_FLAG.ACK);
  return segment.seq === request.rcvIsn && marks === TCP_FLAG.SYN;
}

/**
 * Whether an answer to something out of the ordinary was sent so recently that none is sent now. 3.19 brought the limit.
 *
 * @kernel net/ipv4/tcp_input.c __tcp_oow_rate_limited() v6.18
 */
export function isRateLimited(
  rules: KernelRules,
  { invalidRatelimitMs }: ModelSysctls,
  last: number | null,
  atMs: number,
): boolean {
  return rules.limitsDuplicateSyns && last !== null && atMs - last < invalidRatelimitMs;
}

/**
 * Whether a segment lies in a request's window.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_in_window() v6.18
 */
export function isInWindow(segment: ModelSegment, { rcvIsn }: Request): boolean {
  const start = seqAdd(rcvIsn, 1);
  const windowEnd = seqAdd(start, REQUEST_WINDOW);
  if (segment.seq === start) return true;
  if (seqAfter(endOf(segment), start) && seqBefore(segment.seq, windowEnd)) return true;
  return segment.seq === windowEnd && segment.seq === endOf(segment);
}

/**
 * Whether a segment acknowledges something that the request did not send. Where resets are challenged, a reset is judged by
 * its sequence number alone (6.18.44, found by trying).
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function acknowledgesElse(rules: KernelRules, segment: ModelSegment, { sntIsn }: Request): boolean {
  if (rules.challengesResets && has(segment, TCP_FLAG.RST)) return false;
  return has(segment, TCP_FLAG.ACK) && segment.ack !== seqAdd(sntIsn, 1);
}

/**
 * Whether a segment carries a SYN that is not the request's own.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function isStraySyn(segment: ModelSegment, { rcvIsn }: Request): boolean {
  return has(segment, TCP_FLAG.SYN) && segment.seq !== rcvIsn;
}

/**
 * Whether an in-window reset is not believed: only newest stables (6.1.192, 6.18.44) ask for the exact number.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function challengesReset(rules: KernelRules, segment: ModelSegment, { rcvIsn }: Request): boolean {
  return rules.challengesResets && has(segment, TCP_FLAG.RST) && segment.seq !== seqAdd(rcvIsn, 1);
}

/**
 * Whether TCP_DEFER_ACCEPT lets a bare ACK pass by.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function defersBareAck(segment: ModelSegment, request: Request): boolean {
  const isBare = endOf(segment) === seqAdd(request.rcvIsn, 1);
  return request.numTimeout < request.listener.deferRounds && isBare;
}

/**
 * Whether requests crowd the SYN queue so much that old ones are given fewer resends.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 * @kernel net/ipv4/inet_connection_sock.c inet_csk_reqsk_queue_prune() v3.10
 */
export function isCrowded(rules: KernelRules, { qlen, limit, tableSize }: Listener): boolean {
  if (rules.pruneBound === "table") return qlen >= tableSize / 2;
  return qlen * 2 > Math.max(rules.pruneFloor, limit);
}

/**
 * Whether the timer ends a request.
 *
 * @param retries how many resends it is given, after pruning
 * @kernel net/ipv4/inet_connection_sock.c syn_ack_recalc() v6.18
 */
export function isExpired({ acked, numTimeout, listener }: Request, retries: number): boolean {
  const { deferRounds } = listener;
  if (deferRounds === 0) return numTimeout >= retries;
  return numTimeout >= retries && (!acked || numTimeout >= deferRounds);
}

/**
 * Whether the timer resends the SYN+ACK: not while TCP_DEFER_ACCEPT waits for data after an ACK.
 *
 * @kernel net/ipv4/inet_connection_sock.c syn_ack_recalc() v6.18
 */
export function resendsSynAck({ acked, numTimeout, listener: { deferRounds } }: Request): boolean {
  return deferRounds === 0 || !acked || numTimeout >= deferRounds - 1;
}

/**
 * Whether an ACK without a request may be a cookie's at all: not long after the last cookie was sent.
 *
 * @kernel net/ipv4/syncookies.c cookie_v4_check() v6.18
 * @kernel include/net/tcp.h tcp_synq_no_recent_overflow() v6.18
 */
export function asksForCookie(
  rules: KernelRules,
  { syncookies }: ModelSysctls,
  last: number | null,
  atMs: number,
): boolean {
  return syncookies !== 0 && last !== null && atMs - last <= rules.cookieStampMs;
}

/** The cookie clock. @kernel include/net/tcp.h tcp_cookie_time() v6.18 */
export function cookieMinute(atMs: number): number {
  return Math.floor(atMs / COOKIE_TICK_MS);
}

/**
 * Whether an ACK carries the cookie that was sent to its sender. The cookie covers only the difference of the two first
 * numbers, so a later segment fits as long as both sides have gone equally far; and that difference plus the place of the
 * client's MSS in a table, so that another place in that table fits too.
 *
 * @kernel net/ipv4/syncookies.c check_tcp_syn_cookie() v6.18
 * @kernel net/ipv4/syncookies.c __cookie_v4_check() v6.18
 */
export function fitsCookie(rules: KernelRules, segment: ModelSegment, cookie: SentCookie): boolean {
  const further = seqAdd(segment.ack, -cookie.isn) - seqAdd(segment.seq, -cookie.clientIsn);
  const place = (cookie.mssPlace + further) >>> 0;
  return place < rules.cookieMssPlaces;
}

/**
 * The place of a usual client's MSS in the cookies' table: 1460 over IPv4, 1440 over IPv6.
 *
 * @kernel net/ipv4/syncookies.c msstab v6.18
 * @kernel net/ipv6/syncookies.c msstab v6.18
 */
export function cookieMssPlace({ cookieMssPlaces }: KernelRules, { from }: ModelSegment): number {
  if (cookieMssPlaces === 8) return 5;
  return String(from).startsWith("[") ? 2 : 3;
}

/** Whether a cookie is still good. @kernel net/ipv4/syncookies.c check_tcp_syn_cookie() v6.18 */
export function isFreshCookie(rules: KernelRules, cookie: SentCookie, atMs: number): boolean {
  return cookieMinute(atMs) - cookie.minute < rules.cookieLifetimeMinutes;
}

/** Whether a closed listener's child has to be reset. @kernel net/ipv4/tcp.c tcp_need_reset() v6.18 */
export function needsReset({ state }: Child): boolean {
  return state !== "CLOSE";
}

/**
 * Whether a reset ends a connection: its number must be the next one, or after a FIN the one before it, because the peer may
 * have sent it before it knew that its FIN had come.
 *
 * @kernel net/ipv4/tcp_input.c tcp_validate_incoming() v6.18
 * @kernel net/ipv4/tcp_input.c tcp_reset_check() v6.18
 */
export function isExactReset({ seq }: ModelSegment, { rcvNxt, state }: Child): boolean {
  return seq === rcvNxt || ((state === "CLOSE_WAIT" || state === "LAST_ACK") && seqAdd(seq, 1) === rcvNxt);
}

/**
 * Whether a SYN with a Fast Open option may become a connection at once.
 *
 * @kernel net/ipv4/tcp_fastopen.c tcp_fastopen_queue_check() v6.18
 */
export function hasFastOpenPlace(listener: Listener): boolean {
  return listener.fastOpenLength < listener.fastOpenMost;
}

/** Whether this server does Fast Open. @kernel net/ipv4/tcp_fastopen.c tcp_try_fastopen() v6.18 */
export function servesFastOpen(rules: KernelRules, { fastopen }: ModelSysctls, listener: Listener): boolean {
  return rules.hasFastOpen && (fastopen & 2) !== 0 && listener.fastOpenMost > 0;
}
