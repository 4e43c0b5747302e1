/**
 * When it is proven that the client's final packets were refused, and which of them.
 *
 * - By a SYN+ACK that comes again. It may cross the final ACK on its way, since the server's timer rings after 1 s, whatever
 *   the round trip: so only packets that had a round trip's time to reach the server and be answered count as refused.
 * - At the server's own side, by the client's first bytes that come again without an acknowledgement in between. With SYN
 *   cookies no SYN+ACK comes again, and with a short wait none has come yet.
 * - By a greeting that comes right behind the client's next packet, at a server that greets whoever it accepts. A silent client's first
 *   bytes are its last: its FIN then makes the child, and with SYN cookies nothing else tells.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import type { Connection } from "./connection.ts";

/** So often a connection must show that it was refused: once may be the accident of one lost packet. */
export const REPEATEDLY = 2;
/** Round trips vary; a packet gets this share and time more before it counts as refused. */
const RTT_SLACK = 1.25;
const RTT_MARGIN_MS = 5;
/** With nothing to tell the round trip from, only a SYN+ACK after the first second's timer proves anything. */
const UNKNOWN_RTT_MS = 1000;
/** A child acknowledges its first bytes at once on Linux, and after so long at the most elsewhere. */
const DELAYED_ACK_MS = 200;
/** Not even one greeting in so many follows a packet so soon by accident. */
const GREETING_ODDS = 100;
/** Nor does one that comes sooner than this prove more. */
const LEAST_GREETING_MS = 1;
/** And whoever is let in has been greeted within the usual time, or twice that. */
const GREETING_SLACK = 2;
/** At the server's side the SYN+ACK follows the SYN sooner than the final ACK follows the SYN+ACK; loopback is both sides. */
const SERVER_SIDE_SHARE = 2;
const SERVER_SIDE_MS = 20;

/** A SYN+ACK came although the client's final packet had been seen. */
export function onAnsweredAgain(connection: Connection, segment: Segment): void {
  const latest = isProvenByOrder(connection) ? segment.at : segment.at - answerMs(connection);
  // No child was made until now, so what was only likely to be refused was.
  for (const at of connection.withheld.toArray()) connection.listener?.log.refuseFinal(at);
  connection.withheld.clear();
  refuseTries(connection, latest, true);
  if (connection.tries.first <= latest) connection.provenAgain += 1;
  else connection.crossedAgain += 1;
  noteRefusedData(connection, latest);
}

/**
 * Without times the order alone tells. A SYN+ACK can cross the final ACK, and the bytes right behind it; bytes that are sent
 * again come a round trip later, and so does the second SYN+ACK that comes again.
 */
function isProvenByOrder({ isUntimed, dataResends, crossedAgain, provenAgain }: Connection): boolean {
  return isUntimed && dataResends + crossedAgain + provenAgain > 0;
}

/**
 * The client sent its first bytes again, and nothing of the server came since its SYN+ACK. That says nothing of a bare ACK
 * after the last bytes: nobody answers one.
 *
 * @param lastDataAt when the client's last bytes came before these
 */
export function onDataAgain(connection: Connection, segment: Segment, lastDataAt: number): void {
  const latest = Math.min(lastDataAt, segment.at - answerMs(connection) - DELAYED_ACK_MS);
  if (!(connection.firstDataAt <= latest)) return;
  // A queue that refuses the bytes has refused the ACK just before them; a way that loses them has not, so only they count.
  refuseTries(connection, latest, true, connection.firstDataAt);
  connection.provenByData += 1;
}

/**
 * The server's first bytes came, after the client had spoken. A server that speaks first waits for no client, so whoever it greets only
 * behind a later packet was let in by that one.
 */
export function onLateGreeting(connection: Connection, greetedAt: number): void {
  const { listener, tries } = connection;
  if (listener === null || connection.isUntimed || tries.length < 2) return;
  const askedAt = tries.last;
  const before = tries.at(tries.length - 2) ?? askedAt;
  const waitedMs = askedAt - before;
  const soonMs = Math.max(greetedAt - askedAt - roundTripBoundMs(connection), LEAST_GREETING_MS);
  if (!(waitedMs >= soonMs * GREETING_ODDS)) return;
  const { usualMs } = listener.greetings;
  if (!listener.greets || waitedMs < usualMs * GREETING_SLACK) return;
  connection.provenByGreeting = true;
  refuseTries(connection, before, true);
}

/** How long a packet may take to reach the server and be answered, as the capture sees it. */
function answerMs(connection: Connection): number {
  return roundTripBoundMs(connection) * RTT_SLACK + RTT_MARGIN_MS;
}

/**
 * Whether the capture was taken so near to the server that hardly anything can be lost behind it. Where this connection's
 * first packets are missing, the listener's other connections tell.
 */
export function isAtServerSide(connection: Connection): boolean {
  const { listener } = connection;
  return wasSeenAtServer(connection) ?? (listener !== null && listener.seenNear > listener.seenFar);
}

/** Notes for the listener from where the connection was seen, once its final ACK is there. */
export function noteSide(connection: Connection): void {
  const { listener } = connection;
  const isNear = wasSeenAtServer(connection);
  if (listener === null || isNear === null) return;
  if (isNear) listener.seenNear += 1;
  else listener.seenFar += 1;
}

function wasSeenAtServer({ synTimes, synAckTimes, synsBeforeAnswer, finalAt }: Connection): boolean | null {
  const answeredAt = synAckTimes.first;
  const serverMs = answeredAt - (synTimes.at(synsBeforeAnswer - 1) ?? Number.NaN);
  const clientMs = finalAt - answeredAt;
  if (!(serverMs >= 0 && clientMs >= 0)) return null;
  return serverMs <= SERVER_SIDE_MS && serverMs <= clientMs * SERVER_SIDE_SHARE;
}

/** The tries up to a moment were refused; what came later may have passed. */
export function refuseTries(
  connection: Connection,
  latest: number,
  isSilent: boolean,
  since: number = Number.NEGATIVE_INFINITY,
): void {
  const { tries, listener } = connection;
  while (connection.refusedTries < tries.length && (tries.at(connection.refusedTries) ?? latest) <= latest) {
    const at = tries.at(connection.refusedTries) ?? latest;
    connection.refusedTries += 1;
    connection.refusals.push({ at, isSilent });
    if (at >= since) listener?.log.refuseFinal(at);
    else connection.withheld.push(at);
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
  if (listener !== null && listener.roundTrips.count > 0) return listener.roundTrips.usualMs;
  return ownMs >= 0 ? ownMs : UNKNOWN_RTT_MS;
}
