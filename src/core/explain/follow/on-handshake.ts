/**
 * What a SYN and a SYN+ACK tell about a connection.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import { seqAdd, seqDiff } from "../../wire/packet/sequence.ts";
import { type Connection, PHASE } from "./connection.ts";
import { logAnsweredSyn } from "./queue-notes.ts";
import { onAnsweredAgain } from "./refusal.ts";

/** A SYN+ACK that is seen first after the final ACK and sooner than this is one that the capture shows out of order. */
const OUT_OF_ORDER_MS = 500;

/** Whether a SYN belongs to this attempt rather than beginning another one with the same endpoints. */
export function isSameAttempt(connection: Connection, segment: Segment): boolean {
  if (connection.phase === PHASE.foreign) return false;
  return segment.sequence === connection.clientIsn && (connection.hasSyn || connection.phase <= PHASE.final);
}

/** The attempt's SYN, the first one or again. */
export function onSyn(connection: Connection, segment: Segment): void {
  if (connection.hasSyn && connection.isCopy(connection.lastSyn, segment)) {
    connection.copies += 1;
    return;
  }
  if (!connection.hasSyn) {
    connection.hasSyn = true;
    connection.clientIsn = segment.sequence;
    connection.synLength = segment.payloadLength;
    connection.hasFastOpen = segment.hasFastOpen;
    connection.startedAt = Math.min(connection.startedAt, segment.at);
  }
  connection.lastSyn.remember(segment);
  connection.cite(segment);
  connection.synTimes.push(segment.at);
  if (connection.listener !== null) connection.listener.lastSynAt = segment.at;
}

/** The server's SYN+ACK, the first one or again. */
export function onSynAck(connection: Connection, segment: Segment): void {
  if (!acknowledgesSyn(connection, segment)) return;
  if (connection.hasSynAck && connection.isCopy(connection.lastSynAck, segment)) connection.copies += 1;
  else if (!connection.hasServerIsn || connection.phase <= PHASE.answered) onAnswer(connection, segment);
  else if (segment.sequence === connection.serverIsn) onAnswerAfterFinal(connection, segment);
}

function acknowledgesSyn(connection: Connection, segment: Segment): boolean {
  if (!connection.hasSyn) return true;
  const beyondSyn = seqDiff(segment.acknowledgment, seqAdd(connection.clientIsn, 1));
  return beyondSyn >= 0 && beyondSyn <= connection.synLength;
}

/** A SYN+ACK while the client has sent nothing that would complete the handshake. */
function onAnswer(connection: Connection, segment: Segment): void {
  const isFirst = !connection.hasSynAck;
  if (!connection.hasSyn) connection.clientIsn = seqAdd(segment.acknowledgment, -1);
  if (isFirst) {
    // Bytes that came with the SYN and were not taken come again.
    connection.synLength = seqDiff(segment.acknowledgment, seqAdd(connection.clientIsn, 1));
    connection.synsBeforeAnswer = connection.synTimes.length;
    connection.answersLaterSyn = answersLaterSyn(connection, segment);
    logAnsweredSyn(connection, segment.at);
    if (connection.synsBeforeAnswer === 1) noteAnsweredAtOnce(connection, segment);
  }
  // With SYN cookies each SYN is answered with another number, and the client takes the first that it sees.
  if (isFirst || segment.sequence === connection.serverIsn) remember(connection, segment);
  else connection.otherServerIsn = segment.sequence;
  connection.phase = PHASE.answered;
  if (acknowledgesSynData(connection, segment)) noteOpenedFast(connection, segment);
}

function answersLaterSyn({ synTimes, lastSyn }: Connection, segment: Segment): boolean {
  return (
    synTimes.length > 1 && segment.timestampEcho >= 0 && segment.timestampEcho === lastSyn.timestampValue
  );
}

function acknowledgesSynData({ clientIsn, synLength }: Connection, segment: Segment): boolean {
  return synLength > 0 && segment.acknowledgment === seqAdd(clientIsn, 1 + synLength);
}

/**
 * Fast Open: the child is in the accept queue before any final ACK.
 *
 * @rfc 7413 §4.2
 */
function noteOpenedFast(connection: Connection, segment: Segment): void {
  if (Number.isNaN(connection.openedFastAt)) connection.openedFastAt = segment.at;
}

function noteAnsweredAtOnce({ listener, isUntimed, synTimes }: Connection, segment: Segment): void {
  if (listener === null || isUntimed) return;
  listener.noteRtt(segment.at - synTimes.first);
}

function onAnswerAfterFinal(connection: Connection, segment: Segment): void {
  const isAgain = connection.hasSynAck || segment.at - connection.finalAt >= OUT_OF_ORDER_MS;
  remember(connection, segment);
  if (isAgain && connection.phase === PHASE.final) onAnsweredAgain(connection, segment);
}

function remember(connection: Connection, segment: Segment): void {
  connection.hasSynAck = true;
  connection.hasServerIsn = true;
  connection.serverIsn = segment.sequence;
  connection.lastSynAck.remember(segment);
  connection.offeredWindow = segment.window;
  connection.cite(segment);
  connection.synAckTimes.push(segment.at);
  connection.listener?.noteAlive(segment.at);
}
