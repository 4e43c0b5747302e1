/**
 * A SYN at a listener: refused, answered by a cookie, made a connection at once (Fast Open), or kept as a request.
 *
 * @module
 */
import { seqAdd, TCP_FLAG } from "../wire/index.ts";
import { addChild } from "./child.ts";
import { type Effects, noEffects } from "./effects.ts";
import {
  count,
  countDrop,
  decided,
  type HostState,
  requestTimeoutMs,
  send,
  setRequestTimer,
  setSweep,
} from "./host-state.ts";
import {
  cookieMinute,
  hasFastOpenPlace,
  isAcceptQueueFull,
  isLastQuarter,
  isSynQueueFull,
  refusesSynForAcceptQueue,
  sendsCookiesAlways,
  servesFastOpen,
} from "./predicates.ts";
import { answerTo, endOf, type ModelSegment } from "./segment.ts";
import type { Listener, LocalEndpoint, Request } from "./state.ts";

const SYN_ACK = TCP_FLAG.SYN | TCP_FLAG.ACK;
/** The bit of tcp_fastopen that lets data in without a cookie. */
const NO_COOKIE_NEEDED = 0x200;

/**
 * A SYN at a listener. The order of the questions is the kernel's and matters: a counter that an earlier one raised stays
 * raised when a later one refuses.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
export function onSyn(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  atMs: number,
  out: Effects = noEffects(),
): void {
  const way = synQueueSays(host, listener, out);
  if (way === "drop") {
    refuse(host, listener, segment, "syn-queue-full", out);
    return;
  }
  if (acceptQueueSays(host, listener, out) === "drop") {
    refuse(host, listener, segment, "accept-queue-full", out);
    return;
  }
  if (way === "cookie") {
    sendCookie(host, endpoint, listener, segment, atMs, out);
    return;
  }
  if (isLastQuarter(host.rules, host.sysctls, listener)) {
    decided(out, "last-quarter");
    refuse(host, listener, segment, "last-quarter", out);
    return;
  }
  if (fastOpens(host, listener, segment, out)) {
    openFast(host, endpoint, listener, segment, out);
    return;
  }
  keepRequest(host, endpoint, listener, segment, atMs, out);
}

/** @kernel net/ipv4/tcp_input.c tcp_syn_flood_action() v6.18 */
function synQueueSays(host: HostState, listener: Listener, out: Effects): "keep" | "cookie" | "drop" {
  const isAlways = sendsCookiesAlways(host.rules, host.sysctls);
  const isFull = isSynQueueFull(host.rules, listener);
  if (!isAlways && !isFull) return "keep";
  decided(out, isAlways ? "cookies-always" : "syn-queue-full");
  if (host.sysctls.syncookies !== 0) {
    if (host.rules.countsSynQueueFull) count(host, "TCPReqQFullDoCookies");
    return "cookie";
  }
  decided(out, "syn-queue-full-drop");
  if (host.rules.countsSynQueueFull) count(host, "TCPReqQFullDrop");
  return "drop";
}

function acceptQueueSays(host: HostState, listener: Listener, out: Effects): "go on" | "drop" {
  if (refusesSynForAcceptQueue(host.rules, listener)) {
    decided(out, "accept-queue-full-syn");
    if (host.rules.countsRefusedSyns) count(host, "ListenOverflows");
    return "drop";
  }
  if (isAcceptQueueFull(host.rules, listener)) decided(out, "accept-queue-full-syn-excused");
  return "go on";
}

function refuse(
  host: HostState,
  listener: Listener,
  segment: ModelSegment,
  why: "syn-queue-full" | "accept-queue-full" | "last-quarter",
  out: Effects,
): void {
  if (host.rules.countsRefusedSyns) countDrop(host, listener);
  out.refused.push({ peer: segment.from, listener: listener.name, what: "syn", why });
}

/** Answers and keeps nothing. @kernel net/ipv4/syncookies.c cookie_v4_init_sequence() v6.18 */
function sendCookie(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): void {
  decided(out, "cookie-sent");
  const isn = host.outside.initialSequence(segment, true);
  const minute = cookieMinute(atMs);
  endpoint.cookies.set(segment.from, { isn, clientIsn: segment.seq, minute });
  listener.lastCookieAtMs = atMs;
  count(host, "SyncookiesSent");
  if (host.rules.cookieCountsAsDrop) countDrop(host, listener);
  send(out, "syn-ack-cookie", answerTo(segment, SYN_ACK, isn, seqAdd(segment.seq, 1)));
}

/** @kernel net/ipv4/inet_connection_sock.c inet_csk_reqsk_queue_hash_add() v6.18 */
function keepRequest(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): void {
  decided(out, "syn-kept");
  const sntIsn = host.outside.initialSequence(segment, false);
  const request: Request = {
    peer: segment.from,
    listener,
    rcvIsn: segment.seq,
    sntIsn,
    numTimeout: 0,
    dueMs: 0,
    acked: false,
    lastOddAnswerAtMs: null,
    bucket: host.outside.bucketOf?.(segment.from, listener.tableSize) ?? 0,
  };
  endpoint.requests.set(segment.from, request);
  listener.qlen += 1;
  listener.young += 1;
  setRequestTimer(host, request, atMs + requestTimeoutMs(host, 0));
  // An old kernel begins to sweep when its first request comes, a whole timeout later.
  if (host.rules.requestTimer === "sweep" && listener.qlen === 1) setSweep(host, listener, request.dueMs);
  send(out, "syn-ack", answerTo(segment, SYN_ACK, sntIsn, seqAdd(segment.seq, 1)));
}

/** Whether the SYN becomes a connection at once. @kernel net/ipv4/tcp_fastopen.c tcp_try_fastopen() v6.18 */
function fastOpens(host: HostState, listener: Listener, segment: ModelSegment, out: Effects): boolean {
  const { fastOpen, length } = segment;
  if (fastOpen === "request") count(host, "TCPFastOpenCookieReqd");
  if (!servesFastOpen(host.rules, host.sysctls, listener)) return false;
  if (fastOpen === undefined && length === 0) return false;
  if (!hasFastOpenPlace(listener)) {
    decided(out, "fast-open-queue-full");
    count(host, "TCPFastOpenListenOverflow");
    return false;
  }
  if (fastOpen === "cookie" || (host.sysctls.fastopen & NO_COOKIE_NEEDED) !== 0) return true;
  if (fastOpen === "request") decided(out, "fast-open-cookie");
  if (fastOpen === "bad-cookie") count(host, "TCPFastOpenPassiveFail");
  return false;
}

/** The connection is in the accept queue before its handshake has ended. @kernel net/ipv4/tcp_fastopen.c tcp_fastopen_create_child() v6.18 */
function openFast(
  host: HostState,
  endpoint: LocalEndpoint,
  listener: Listener,
  segment: ModelSegment,
  out: Effects,
): void {
  decided(out, "fast-open-child");
  count(host, "TCPFastOpenPassive");
  const isn = host.outside.initialSequence(segment, false);
  const child = addChild(
    host,
    endpoint,
    listener,
    { peer: segment.from, isn, clientIsn: segment.seq },
    out,
    "fast-open",
  );
  child.state = "SYN_RECV";
  child.rcvNxt = endOf(segment);
  child.bytes = segment.length;
  listener.fastOpenLength += 1;
  out.deliveredTo = segment.from;
  send(out, "syn-ack", answerTo(segment, SYN_ACK, isn, endOf(segment)));
}
