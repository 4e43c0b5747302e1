/**
 * A segment that meets a request: the final ACK, or anything else that comes while the handshake is half open.
 *
 * @module
 */
import { seqAdd } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import {
  acknowledgesElse,
  challengesReset,
  defersBareAck,
  isAcceptQueueFull,
  isDuplicateSyn,
  isInWindow,
  isRateLimited,
  isStraySyn,
} from "../rules/predicates.ts";
import { addChild, onChildSegment } from "./child.ts";
import {
  count,
  countSwallowed,
  decided,
  freeRequest,
  type Moment,
  refuseForAcceptQueue,
  removeRequest,
  requestTimeoutMs,
  type Scene,
  send,
  setRequestTimer,
} from "./host-state.ts";
import { answerTo, has, type ModelSegment, type Peer, resetTo } from "./model-segment.ts";
import type { Request } from "./state.ts";

/**
 * A segment that meets a request.
 *
 * @returns false when the listener itself has to look at it, because its ACK is of no request
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function onRequestSegment(scene: Scene, request: Request, segment: ModelSegment): boolean {
  if (isDuplicateSyn(segment, request)) return onDuplicateSyn(scene, request, segment);
  if (acknowledgesElse(scene.host.rules, segment, request)) {
    decided(scene, "wrong-ack-number");
    return false;
  }
  if (!isInWindow(segment, request)) return onOutOfWindow(scene, request, segment);
  if (has(segment, TCP_FLAG.RST) || isStraySyn(segment, request)) return onEnd(scene, request, segment);
  if (!has(segment, TCP_FLAG.ACK)) {
    decided(scene, "no-ack-ignored");
    return swallow(scene, request);
  }
  if (defersBareAck(segment, request)) return onDeferred(scene, request);
  return onFinalAck(scene, request, segment);
}

/** The segment ends here. */
function swallow(scene: Scene, request: Request): true {
  countSwallowed(scene, request.listener);
  return true;
}

/** The client did not hear the SYN+ACK: it comes again at once, at most once in 500 ms. */
function onDuplicateSyn(scene: Scene, request: Request, segment: ModelSegment): true {
  const { host, atMs } = scene;
  if (isRateLimited(host.rules, host.sysctls, request.lastOddAnswerAtMs, atMs)) {
    decided(scene, "duplicate-syn-suppressed");
    count(scene, "TCPACKSkippedSynRecv");
    return swallow(scene, request);
  }
  decided(scene, "duplicate-syn");
  request.lastOddAnswerAtMs = atMs;
  resendSynAck(scene, request, segment.to);
  if (host.rules.duplicateSynRestartsTimer)
    setRequestTimer(host, request, atMs + requestTimeoutMs(host, request.numTimeout));
  return swallow(scene, request);
}

/** @kernel net/ipv4/tcp_output.c tcp_rtx_synack() v6.18 */
export function resendSynAck(moment: Moment, request: Request, to: Peer): void {
  const { rules } = moment.host;
  if (rules.countsSynAckTimer) count(moment, "RetransSegs");
  if (rules.countsSynRetrans) count(moment, "TCPSynRetrans");
  const flags = TCP_FLAG.SYN | TCP_FLAG.ACK;
  const ack = seqAdd(request.rcvIsn, 1);
  send(moment, "syn-ack-again", answerTo({ from: request.peer, to }, flags, request.sntIsn, ack));
}

function onOutOfWindow(scene: Scene, request: Request, segment: ModelSegment): true {
  decided(scene, "out-of-window");
  if (!has(segment, TCP_FLAG.RST)) answerOddly(scene, request, segment);
  return swallow(scene, request);
}

/**
 * A bare ACK in answer to something out of the ordinary. Data without SYN is not limited.
 *
 * @kernel net/ipv4/tcp_input.c tcp_oow_rate_limited() v6.18
 */
function answerOddly(scene: Scene, request: Request, segment: ModelSegment): void {
  const { host, atMs } = scene;
  if (segment.length === 0 || has(segment, TCP_FLAG.SYN)) {
    if (isRateLimited(host.rules, host.sysctls, request.lastOddAnswerAtMs, atMs)) {
      count(scene, "TCPACKSkippedSynRecv");
      return;
    }
    request.lastOddAnswerAtMs = atMs;
  }
  const [seq, ack] = [seqAdd(request.sntIsn, 1), seqAdd(request.rcvIsn, 1)];
  send(scene, "ack", answerTo(segment, TCP_FLAG.ACK, seq, ack));
}

/** A reset, or a SYN where none belongs, ends the handshake. */
function onEnd(scene: Scene, request: Request, segment: ModelSegment): true {
  if (challengesReset(scene.host.rules, segment, request)) {
    decided(scene, "rst-challenged");
    count(scene, "TCPChallengeACK");
    answerOddly(scene, request, segment);
    return swallow(scene, request);
  }
  const isReset = has(segment, TCP_FLAG.RST);
  decided(scene, isReset ? "rst-frees-request" : "syn-frees-request");
  count(scene, "AttemptFails");
  count(scene, "EmbryonicRsts");
  if (!isReset) sendReset(scene, segment);
  freeRequest(scene, request, isReset ? "reset" : "stray-syn");
  return swallow(scene, request);
}

/** Sends a reset and counts it. @kernel net/ipv4/tcp_ipv4.c tcp_v4_send_reset() v6.18 */
export function sendReset(moment: Moment, segment: ModelSegment): void {
  count(moment, "OutRsts");
  send(moment, "reset", resetTo(segment));
}

function onDeferred(scene: Scene, request: Request): true {
  decided(scene, "defer-accept-drop");
  request.acked = true;
  count(scene, "TCPDeferAcceptDrop");
  return swallow(scene, request);
}

/**
 * The packet that completes the handshake, if there is room: a bare ACK, data, or a FIN.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock() v6.18
 */
function onFinalAck(scene: Scene, request: Request, segment: ModelSegment): true {
  const { listener, peer, sntIsn: isn, rcvIsn: clientIsn } = request;
  if (isAcceptQueueFull(scene.host.rules, listener)) return onOverflow(scene, request, segment);
  decided(scene, "final-ack-accepted");
  removeRequest(scene.endpoint, request);
  const child = addChild(scene, listener, { peer, isn, clientIsn }, "request");
  onChildSegment(scene, child, segment);
  return true;
}

/** No room: nothing at all, or a reset. */
function onOverflow(scene: Scene, request: Request, segment: ModelSegment): true {
  decided(scene, "accept-queue-full-final");
  refuseForAcceptQueue(scene, request.listener, segment, "final-ack");
  if (scene.host.sysctls.abortOnOverflow === 0) request.acked = true;
  else {
    decided(scene, "abort-rst");
    count(scene, "EmbryonicRsts");
    sendReset(scene, segment);
    freeRequest(scene, request, "aborted");
  }
  return swallow(scene, request);
}
