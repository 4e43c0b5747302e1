/**
 * What the server's packets tell after its SYN+ACK: acknowledged bytes prove a child, its own bytes or FIN prove that the
 * child was accepted, a reset ends it.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import { seqAdd, seqDiff } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { type Connection, PHASE } from "./connection.ts";
import { SLOW_RESPONSE_MS } from "./followed-listener.ts";
import { logAdmission } from "./queue-notes.ts";
import { onLateGreeting, refuseTries, roundTripBoundMs } from "./refusal.ts";

/** A reset follows what it answers within a round trip, give or take. */
const RESET_RTT_SLACK = 1.5;
const RESET_MARGIN_MS = 0.2;
/** From so long after its SYN+ACK on a request may have expired, or its listener may be another one. */
const REQUEST_MAY_EXPIRE_MS = 1000;

/** A packet of the server that is neither SYN+ACK nor RST. */
export function onServerPacket(connection: Connection, segment: Segment): void {
  const isFin = (segment.flags & TCP_FLAG.FIN) !== 0;
  const speaks = segment.payloadLength > 0 || isFin;
  if (connection.phase < PHASE.final && !speaks) {
    onEarlyAck(connection, segment);
    return;
  }
  if (speaks || acknowledgesBytes(connection, segment)) pass(connection, segment);
  if (speaks) serve(connection, segment);
  if (isFin) {
    connection.serverFinAt = segment.at;
    endService(connection, segment.at);
  }
}

/**
 * An ACK that does not fit the SYN belongs to an older connection of the same endpoints, which waits in TIME_WAIT, if the client
 * answers it with a reset. Else the capture shows it before what it answers.
 */
function onEarlyAck(connection: Connection, segment: Segment): void {
  if (connection.phase !== PHASE.synSent || !connection.hasSyn) return;
  if (segment.acknowledgment === seqAdd(connection.clientIsn, 1)) return;
  connection.hasStrayAck = true;
  connection.cite(segment);
}

function acknowledgesBytes(connection: Connection, segment: Segment): boolean {
  if ((segment.flags & TCP_FLAG.ACK) === 0) return false;
  return seqDiff(segment.acknowledgment, seqAdd(connection.clientIsn, 1 + connection.synLength)) > 0;
}

function pass(connection: Connection, segment: Segment): void {
  const { listener } = connection;
  if (connection.phase >= PHASE.passed) {
    // A child that still waits answers for its listener: closing the listener would have reset it.
    if (connection.phase === PHASE.passed) listener?.noteAlive(segment.at);
    return;
  }
  connection.phase = PHASE.passed;
  connection.passedAt = segment.at;
  if (acknowledgesBytes(connection, segment)) connection.dataAckedAt = segment.at;
  if (connection.refusals.length > 0) connection.cite(segment);
  if (listener === null) return;
  listener.noteCompleted(segment.at);
  if (connection.clientSpokeFirst && connection.synAckTimes.length === 1) listener.promptData += 1;
}

function serve(connection: Connection, segment: Segment): void {
  if (connection.phase === PHASE.passed) {
    if (segment.payloadLength > 0 && connection.clientSpokeFirst) onLateGreeting(connection, segment.at);
    connection.phase = PHASE.served;
    connection.servedAt = segment.at;
    logAdmission(connection, segment.at);
  }
  if (segment.payloadLength === 0 || !Number.isNaN(connection.firstPayloadAt)) return;
  connection.firstPayloadAt = segment.at;
  connection.isServing = true;
  if (connection.refusals.length > 0) connection.cite(segment);
  const { listener } = connection;
  if (listener === null) return;
  const waitedMs = segment.at - (connection.clientSpokeFirst ? connection.firstDataAt : connection.finalAt);
  // The round trip matters to nobody who was answered soon.
  const isLong = waitedMs >= SLOW_RESPONSE_MS;
  listener.noteFirstByte(connection, segment, isLong ? waitedMs - roundTripBoundMs(connection) : waitedMs);
}

/** The server is done with the connection. */
export function endService(connection: Connection, at: number): void {
  if (!connection.isServing) return;
  connection.isServing = false;
  connection.listener?.noteEnd(at);
}

/** A reset by the server. */
export function onServerReset(connection: Connection, segment: Segment): void {
  const hasAck = (segment.flags & TCP_FLAG.ACK) !== 0;
  if (connection.phase === PHASE.synSent) {
    connection.isRefused = hasAck && acknowledgesWholeSyn(connection, segment);
    if (!connection.isRefused) return;
    if (connection.listener !== null) connection.listener.lastRefusedAt = segment.at;
  }
  connection.resetAt = segment.at;
  connection.resetBy = "server";
  connection.cite(segment);
  connection.lastReset.remember(segment);
  if (hasAck && connection.phase < PHASE.served) connection.listener?.noteChildReset(segment.at);
  if (connection.phase === PHASE.final) resetFinal(connection, segment, hasAck);
  else if (connection.phase === PHASE.passed) logAdmission(connection, segment.at);
  endService(connection, segment.at);
}

function acknowledgesWholeSyn(connection: Connection, segment: Segment): boolean {
  const beyondSyn = seqDiff(segment.acknowledgment, seqAdd(connection.clientIsn, 1));
  return beyondSyn >= 0 && beyondSyn <= connection.synLength;
}

/**
 * The kernel answers an ACK for which it has no socket with a reset that has no ACK flag and the ACK's own number. A full queue
 * resets the first such packet at once. Where that one was left alone and only a later one is reset, the first was dropped in silence:
 * SYN cookies and bytes that do not begin the stream, whose number is no cookie's; or a request that has expired.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_send_reset() v6.18
 */
function resetFinal(connection: Connection, segment: Segment, hasAck: boolean): void {
  connection.isBareReset = !hasAck && segment.sequence === seqAdd(connection.serverIsn, 1);
  if (!connection.isBareReset) return;
  connection.isLateReset =
    segment.at - leftAloneSince(connection) >
    roundTripBoundMs(connection) * RESET_RTT_SLACK + RESET_MARGIN_MS;
  if (connection.isLateReset) {
    const before = connection.tries.at(connection.tries.length - 2) ?? connection.tries.first;
    refuseTries(connection, before, true);
  } else if (!(segment.at - connection.lastSynAck.at >= REQUEST_MAY_EXPIRE_MS)) {
    refuseTries(connection, segment.at, false);
  }
}

/** Since when a packet had been left alone that asked for a child. TCP_DEFER_ACCEPT leaves a bare ACK alone and waits for the first bytes. */
function leftAloneSince({ clientIsn, firstDataAt, lastTrySequence, tries }: Connection): number {
  return lastTrySequence === seqAdd(clientIsn, 1) ? firstDataAt : tries.first;
}
