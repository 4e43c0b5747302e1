/**
 * A segment that meets a request: the final ACK, or anything else that comes while the handshake is half open.
 *
 * @module
 */
import { seqAdd, TCP_FLAG } from "../wire/index.ts";
import { addChild, onChildSegment } from "./child.ts";
import type { Effects } from "./effects.ts";
import {
  count,
  countDrop,
  countSwallowed,
  decided,
  freeRequest,
  type HostState,
  removeRequest,
  requestTimeoutMs,
  send,
  setRequestTimer,
} from "./host-state.ts";
import {
  challengesReset,
  defersBareAck,
  isAcceptQueueFull,
  isDuplicateSyn,
  isInWindow,
  isRateLimited,
} from "./predicates.ts";
import { answerTo, has, type ModelSegment, resetTo } from "./segment.ts";
import type { LocalEndpoint, Request } from "./state.ts";

/**
 * A segment that meets a request.
 *
 * @returns false when the listener itself has to look at it, because its ACK is of no request
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function onRequestSegment(
  host: HostState,
  endpoint: LocalEndpoint,
  request: Request,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): boolean {
  if (isDuplicateSyn(segment, request)) return onDuplicateSyn(host, request, segment, atMs, out);
  if (has(segment, TCP_FLAG.ACK) && segment.ack !== seqAdd(request.sntIsn, 1)) {
    decided(out, "wrong-ack-number");
    return false;
  }
  if (!isInWindow(segment, request)) return onOutOfWindow(host, request, segment, atMs, out);
  const isStraySyn = has(segment, TCP_FLAG.SYN) && segment.seq !== request.rcvIsn;
  if (has(segment, TCP_FLAG.RST) || isStraySyn) return onEnd(host, endpoint, request, segment, atMs, out);
  if (!has(segment, TCP_FLAG.ACK)) {
    decided(out, "no-ack-ignored");
    return swallow(host, request);
  }
  if (defersBareAck(segment, request)) return onDeferred(host, request, out);
  return onFinalAck(host, endpoint, request, segment, out);
}

/** The segment ends here. */
function swallow(host: HostState, request: Request): true {
  countSwallowed(host, request.listener);
  return true;
}

/** The client did not hear the SYN+ACK: it comes again at once, at most once in 500 ms. */
function onDuplicateSyn(
  host: HostState,
  request: Request,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): true {
  if (isRateLimited(host.rules, host.sysctls, request.lastOddAnswerAtMs, atMs)) {
    decided(out, "duplicate-syn-suppressed");
    count(host, "TCPACKSkippedSynRecv");
    return swallow(host, request);
  }
  decided(out, "duplicate-syn");
  request.lastOddAnswerAtMs = atMs;
  resendSynAck(host, request, segment.to, out);
  if (host.rules.duplicateSynRestartsTimer)
    setRequestTimer(host, request, atMs + requestTimeoutMs(host, request.numTimeout));
  return swallow(host, request);
}

/** @kernel net/ipv4/tcp_output.c tcp_rtx_synack() v6.18 */
export function resendSynAck(host: HostState, request: Request, to: ModelSegment["to"], out: Effects): void {
  if (host.rules.countsSynAckTimer) count(host, "RetransSegs");
  if (host.rules.countsSynRetrans) count(host, "TCPSynRetrans");
  const flags = TCP_FLAG.SYN | TCP_FLAG.ACK;
  const ack = seqAdd(request.rcvIsn, 1);
  send(out, "syn-ack-again", answerTo({ from: request.peer, to }, flags, request.sntIsn, ack));
}

function onOutOfWindow(
  host: HostState,
  request: Request,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): true {
  decided(out, "out-of-window");
  if (!has(segment, TCP_FLAG.RST)) answerOddly(host, request, segment, atMs, out);
  return swallow(host, request);
}

/** A bare ACK in answer to something out of the ordinary. Data without SYN is not limited. */
function answerOddly(
  host: HostState,
  request: Request,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): void {
  const isLimitable = segment.length === 0 || has(segment, TCP_FLAG.SYN);
  if (isLimitable) {
    if (isRateLimited(host.rules, host.sysctls, request.lastOddAnswerAtMs, atMs)) {
      count(host, "TCPACKSkippedSynRecv");
      return;
    }
    request.lastOddAnswerAtMs = atMs;
  }
  send(out, "ack", answerTo(segment, TCP_FLAG.ACK, seqAdd(request.sntIsn, 1), seqAdd(request.rcvIsn, 1)));
}

/** A reset, or a SYN where none belongs, ends the handshake. */
function onEnd(
  host: HostState,
  endpoint: LocalEndpoint,
  request: Request,
  segment: ModelSegment,
  atMs: number,
  out: Effects,
): true {
  if (challengesReset(host.rules, segment, request)) {
    decided(out, "rst-challenged");
    count(host, "TCPChallengeACK");
    answerOddly(host, request, segment, atMs, out);
    return swallow(host, request);
  }
  const isReset = has(segment, TCP_FLAG.RST);
  decided(out, isReset ? "rst-frees-request" : "syn-frees-request");
  count(host, "AttemptFails");
  count(host, "EmbryonicRsts");
  if (!isReset) sendReset(host, segment, out);
  freeRequest(endpoint, request, isReset ? "reset" : "stray-syn", out);
  return swallow(host, request);
}

/** Sends a reset and counts it. @kernel net/ipv4/tcp_ipv4.c tcp_v4_send_reset() v6.18 */
export function sendReset(host: HostState, segment: ModelSegment, out: Effects): void {
  count(host, "OutRsts");
  send(out, "reset", resetTo(segment));
}

function onDeferred(host: HostState, request: Request, out: Effects): true {
  decided(out, "defer-accept-drop");
  request.acked = true;
  count(host, "TCPDeferAcceptDrop");
  return swallow(host, request);
}

/**
 * The packet that completes the handshake, if there is room: a bare ACK, data, or a FIN.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock() v6.18
 */
function onFinalAck(
  host: HostState,
  endpoint: LocalEndpoint,
  request: Request,
  segment: ModelSegment,
  out: Effects,
): true {
  const { listener, peer } = request;
  if (isAcceptQueueFull(host.rules, listener)) return onOverflow(host, endpoint, request, segment, out);
  decided(out, "final-ack-accepted");
  removeRequest(endpoint, request);
  const agreed = { peer, isn: request.sntIsn, clientIsn: request.rcvIsn };
  const child = addChild(host, endpoint, listener, agreed, out, "request");
  onChildSegment(host, endpoint, child, segment, out);
  return true;
}

/** No room: nothing at all, or a reset. */
function onOverflow(
  host: HostState,
  endpoint: LocalEndpoint,
  request: Request,
  segment: ModelSegment,
  out: Effects,
): true {
  const { listener, peer } = request;
  decided(out, "accept-queue-full-final");
  count(host, "ListenOverflows");
  countDrop(host, listener);
  out.refused.push({ peer, listener: listener.name, what: "final-ack", why: "accept-queue-full" });
  if (host.sysctls.abortOnOverflow === 0) request.acked = true;
  else {
    decided(out, "abort-rst");
    count(host, "EmbryonicRsts");
    sendReset(host, segment, out);
    freeRequest(endpoint, request, "aborted", out);
  }
  return swallow(host, request);
}
