/**
 * A SYN at a listener: refused, answered by a cookie, made a connection at once (Fast Open), or kept as a request.
 *
 * @module
 */
import { seqAdd } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import {
  cookieMinute,
  cookieMssPlace,
  hasFastOpenPlace,
  isAcceptQueueFull,
  isFreshCookie,
  isLastQuarter,
  isSynQueueFull,
  refusesSynForAcceptQueue,
  sendsCookiesAlways,
  servesFastOpen,
} from "../rules/predicates.ts";
import { addChild } from "./child.ts";
import type { RefusalReason } from "./effects.ts";
import {
  count,
  countDrop,
  decided,
  type HostState,
  requestTimeoutMs,
  type Scene,
  send,
  setRequestTimer,
  setSweep,
} from "./host-state.ts";
import { answerTo, endOf, type ModelSegment, type Peer } from "./model-segment.ts";
import type { Listener, Request } from "./state.ts";

const SYN_ACK = TCP_FLAG.SYN | TCP_FLAG.ACK;
/** The bit of tcp_fastopen that lets data in without a cookie. */
const NO_COOKIE_NEEDED = 0x200;

/**
 * A SYN at a listener. The order of the questions is the kernel's and matters: a counter that an earlier one raised stays
 * raised when a later one refuses.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
export function onSyn(scene: Scene, listener: Listener, segment: ModelSegment): void {
  const way = synQueueSays(scene, listener);
  if (way === "drop") refuse(scene, listener, segment, "syn-queue-full");
  else if (acceptQueueRefuses(scene, listener)) refuse(scene, listener, segment, "accept-queue-full");
  else if (way === "cookie") sendCookie(scene, listener, segment);
  else if (lastQuarterRefuses(scene, listener)) refuse(scene, listener, segment, "last-quarter");
  else if (fastOpens(scene, listener, segment)) openFast(scene, listener, segment);
  else keepRequest(scene, listener, segment);
}

/** @kernel net/ipv4/tcp_input.c tcp_syn_flood_action() v6.18 */
function synQueueSays(scene: Scene, listener: Listener): "keep" | "cookie" | "drop" {
  const { rules, sysctls } = scene.host;
  const isAlways = sendsCookiesAlways(rules, sysctls);
  if (!isAlways && !isSynQueueFull(rules, listener)) return "keep";
  decided(scene, isAlways ? "cookies-always" : "syn-queue-full");
  if (sysctls.syncookies !== 0) {
    if (rules.countsSynQueueFull) count(scene, "TCPReqQFullDoCookies");
    return "cookie";
  }
  decided(scene, "syn-queue-full-drop");
  if (rules.countsSynQueueFull) count(scene, "TCPReqQFullDrop");
  return "drop";
}

/** @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18 */
function acceptQueueRefuses(scene: Scene, listener: Listener): boolean {
  const { rules } = scene.host;
  if (!isAcceptQueueFull(rules, listener)) return false;
  const refuses = refusesSynForAcceptQueue(rules, listener);
  decided(scene, refuses ? "accept-queue-full-syn" : "accept-queue-full-syn-excused");
  if (refuses && rules.countsRefusedSyns) count(scene, "ListenOverflows");
  return refuses;
}

function lastQuarterRefuses(scene: Scene, listener: Listener): boolean {
  const refuses = isLastQuarter(scene.host.rules, scene.host.sysctls, listener);
  if (refuses) decided(scene, "last-quarter");
  return refuses;
}

function refuse(scene: Scene, listener: Listener, { from: peer }: ModelSegment, why: RefusalReason): void {
  if (scene.host.rules.countsRefusedSyns) countDrop(scene, listener);
  scene.out.refused.push({ peer, listener: listener.name, what: "syn", why });
}

/** Answers and keeps nothing. @kernel net/ipv4/syncookies.c cookie_v4_init_sequence() v6.18 */
function sendCookie(scene: Scene, listener: Listener, segment: ModelSegment): void {
  const { host, endpoint, atMs } = scene;
  decided(scene, "cookie-sent");
  const isn = host.dependencies.initialSequence(segment, true);
  const mssPlace = cookieMssPlace(host.rules, segment);
  const cookie = { isn, clientIsn: segment.seq, minute: cookieMinute(atMs), mssPlace };
  const earlier = endpoint.cookies.get(segment.from)?.filter((one) => isFreshCookie(host.rules, one, atMs));
  endpoint.cookies.set(segment.from, [...(earlier ?? []), cookie]);
  listener.lastCookieAtMs = atMs;
  endpoint.lastCookieAtMs = atMs;
  count(scene, "SyncookiesSent");
  if (host.rules.cookieCountsAsDrop) countDrop(scene, listener);
  send(scene, "syn-ack-cookie", answerTo(segment, SYN_ACK, isn, seqAdd(segment.seq, 1)));
}

/** @kernel net/ipv4/inet_connection_sock.c inet_csk_reqsk_queue_hash_add() v6.18 */
function keepRequest(scene: Scene, listener: Listener, segment: ModelSegment): void {
  const { host, endpoint, atMs } = scene;
  decided(scene, "syn-kept");
  const request = requestOf(host, listener, segment);
  endpoint.requests.set(segment.from, request);
  listener.qlen += 1;
  listener.young += 1;
  setRequestTimer(host, request, atMs + requestTimeoutMs(host, 0));
  // An old kernel begins to sweep when its first request comes, a whole timeout later.
  if (host.rules.requestTimer === "sweep" && listener.qlen === 1) setSweep(host, listener, request.dueMs);
  send(scene, "syn-ack", answerTo(segment, SYN_ACK, request.sntIsn, seqAdd(segment.seq, 1)));
}

/** @kernel net/ipv4/tcp_input.c tcp_openreq_init() v6.18 */
function requestOf({ dependencies }: HostState, listener: Listener, segment: ModelSegment): Request {
  return {
    peer: segment.from,
    listener,
    rcvIsn: segment.seq,
    sntIsn: dependencies.initialSequence(segment, false),
    numTimeout: 0,
    dueMs: 0,
    acked: false,
    lastOddAnswerAtMs: null,
    bucket: dependencies.bucketOf?.(segment.from, listener.tableSize) ?? 0,
  };
}

/** Whether the SYN becomes a connection at once. @kernel net/ipv4/tcp_fastopen.c tcp_try_fastopen() v6.18 */
function fastOpens(scene: Scene, listener: Listener, { from, fastOpen, length }: ModelSegment): boolean {
  const { rules, sysctls } = scene.host;
  if (fastOpen === "request") count(scene, "TCPFastOpenCookieReqd");
  if (!servesFastOpen(rules, sysctls, listener)) return false;
  if (fastOpen === undefined && length === 0) return false;
  if (!hasFastOpenPlace(listener)) {
    decided(scene, "fast-open-queue-full");
    count(scene, "TCPFastOpenListenOverflow");
    return false;
  }
  if (fastOpen === "cookie" || (sysctls.fastopen & NO_COOKIE_NEEDED) !== 0)
    return hasRoomForChild(scene, listener, from);
  if (fastOpen === "request") decided(scene, "fast-open-cookie");
  if (fastOpen === "bad-cookie") count(scene, "TCPFastOpenPassiveFail");
  return false;
}

/**
 * Making the child asks the accept queue once more. That matters up to 4.9, where the SYN itself may have been excused: it
 * falls back to an ordinary handshake then.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock() v4.4
 */
function hasRoomForChild(scene: Scene, listener: Listener, peer: Peer): boolean {
  if (!isAcceptQueueFull(scene.host.rules, listener)) return true;
  count(scene, "TCPFastOpenPassiveFail");
  count(scene, "ListenOverflows");
  countDrop(scene, listener);
  scene.out.refused.push({ peer, listener: listener.name, what: "syn", why: "accept-queue-full" });
  return false;
}

/** The connection is in the accept queue before its handshake has ended. @kernel net/ipv4/tcp_fastopen.c tcp_fastopen_create_child() v6.18 */
function openFast(scene: Scene, listener: Listener, segment: ModelSegment): void {
  decided(scene, "fast-open-child");
  count(scene, "TCPFastOpenPassive");
  const { from: peer, seq: clientIsn } = segment;
  const isn = scene.host.dependencies.initialSequence(segment, false);
  const child = addChild(scene, listener, { peer, isn, clientIsn }, "fast-open");
  child.state = "SYN_RECV";
  child.holdsFastOpenPlace = true;
  child.rcvNxt = endOf(segment);
  child.bytes = segment.length;
  listener.fastOpenLength += 1;
  scene.out.deliveredTo = peer;
  send(scene, "syn-ack", answerTo(segment, SYN_ACK, isn, endOf(segment)));
}
