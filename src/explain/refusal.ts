/**
 * When a SYN+ACK that comes again proves that the client's final packets were refused, and which of them.
 *
 * A SYN+ACK may cross the final ACK on its way: the server's timer rings after 1 s, whatever the round trip. So only
 * packets that had a round trip's time to reach the server and be answered count as refused.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 * @module
 */
import type { Segment } from "../wire/segment.ts";
import type { Connection } from "./connection.ts";

/** Round trips vary; a packet gets this share and time more before it counts as refused. */
const RTT_SLACK = 1.25;
const RTT_MARGIN_MS = 5;
/** With nothing to tell the round trip from, only a SYN+ACK after the first second's timer proves anything. */
const UNKNOWN_RTT_MS = 1000;

/** A SYN+ACK came although the client's final packet had been seen. */
export function onAnsweredAgain(connection: Connection, segment: Segment): void {
  const latest = segment.at - (roundTripBoundMs(connection) * RTT_SLACK + RTT_MARGIN_MS);
  const before = connection.refusals.length;
  refuseTries(connection, latest);
  if (connection.refusals.length === before) connection.crossedAgain += 1;
  else connection.provenAgain += 1;
  noteRefusedData(connection, latest);
}

/** The tries up to a moment were refused; what came later may have passed. */
export function refuseTries(connection: Connection, latest: number): void {
  const { tries, entry, listener } = connection;
  while (connection.refusedTries < tries.length && (tries.at(connection.refusedTries) ?? latest) <= latest) {
    const at = tries.at(connection.refusedTries) ?? latest;
    connection.refusedTries += 1;
    if (listener !== null) connection.refusals.push(listener.ledger.refuse(at));
  }
  if (entry !== null && connection.refusals.length > 0) {
    entry.wasRefused = true;
    entry.passedAt = tries.at(connection.refusedTries) ?? Number.POSITIVE_INFINITY;
  }
}

function noteRefusedData(connection: Connection, latest: number): void {
  const isData = connection.firstDataAt <= latest || connection.clientFinAt <= latest;
  if (!isData || connection.hasRefusedData) return;
  connection.hasRefusedData = true;
  if (connection.listener !== null) connection.listener.refusedData += 1;
}

/**
 * At most how long the capture point's round trip to the server is. A SYN that was sent several times does not tell
 * which copy was answered; the listener's other connections do, or the longest that it can have been.
 */
export function roundTripBoundMs(connection: Connection): number {
  const answeredAt = connection.lastAnswerBeforeFinal();
  const isSure = connection.synsBeforeAnswer === 1 || connection.synTimes.length === 1;
  const ownMs = answeredAt - connection.synTimes.first;
  if (isSure && ownMs >= 0) return ownMs;
  const listener = connection.listener;
  if (listener !== null && listener.rttSamples > 0) return listener.longestRttMs;
  return ownMs >= 0 ? ownMs : UNKNOWN_RTT_MS;
}
