/**
 * What one connection tells the log of its listener's queue, each as soon as nothing can change it any more.
 *
 * @module
 */

import { NEVER } from "../queue/queue-log.ts";
import { type Connection, PHASE } from "./connection.ts";

/** A SYN after which so little was captured may still have been answered. */
const ANSWER_WITHIN_MS = 1000;
/** A SYN comes again after a second, give or take. */
const LEAST_TIMER_MS = 900;
/** An answer within so many round trips, and so long more, can be that to the first SYN. */
const CROSSING_ROUND_TRIPS = 2;
const CROSSING_MARGIN_MS = 200;
/** A SYN that came again so shortly before the answer cannot be the one that was answered: the way takes longer. */
const ROUND_TRIP_SHARE = 0.5;
/** No kernel sends a packet again sooner. */
const APART_MS = 100;

/** The first SYN+ACK came: one of the SYNs was answered, and those before it were not. */
export function logAnsweredSyn(connection: Connection, answeredAt: number): void {
  const { listener, synTimes } = connection;
  if (listener === null || connection.wasChallenged || synTimes.length === 0) return;
  const place = placeOfAnswered(connection, answeredAt);
  const askedAt = synTimes.at(place) ?? answeredAt;
  const waitedMs = answeredAt - askedAt;
  const isMissing = waitedMs >= LEAST_TIMER_MS && isSooner(listener.roundTrips.usualMs);
  const refused = isMissing ? place + 1 : place;
  for (let before = 0; before < refused; before++) listener.log.refuseSyn(synTimes.at(before) ?? answeredAt);
  if (refused > 0) listener.log.returnOf(refused - 1, true);
  listener.log.answer(isMissing ? answeredAt : askedAt);
}

/** Which SYN was answered: the last one that can have reached the server by then, or the first where the way takes as long as its timer. */
function placeOfAnswered({ listener, synTimes }: Connection, answeredAt: number): number {
  let place = synTimes.length - 1;
  if (place === 0) return 0;
  const usualMs = listener?.roundTrips.usualMs ?? 0;
  if (answeredAt - synTimes.first <= usualMs * CROSSING_ROUND_TRIPS + CROSSING_MARGIN_MS) return 0;
  const leastMs = (listener?.roundTrips.shortMs ?? 0) * ROUND_TRIP_SHARE;
  while (place > 0 && answeredAt - (synTimes.at(place) ?? answeredAt) < leastMs) place -= 1;
  return place;
}

/** Whether an answer usually comes so soon that one after a timer's time is to a SYN that the capture lacks. */
function isSooner(usualMs: number): boolean {
  return usualMs > 0 && usualMs < LEAST_TIMER_MS / 2;
}

/** No SYN of the connection was ever answered. */
export function logUnansweredSyns(connection: Connection, endAt: number): void {
  const { listener, synTimes } = connection;
  if (listener === null || connection.wasChallenged || connection.isRefused) return;
  const times = synTimes.toArray();
  const refused = times.filter((at, place) => place < times.length - 1 || endAt - at >= ANSWER_WITHIN_MS);
  for (const at of refused) listener.log.refuseSyn(at);
  if (refused.length > 0) listener.log.returnOf(refused.length - 1, false);
}

/** The connection was let in, and was accepted by then; `NEVER` where nothing proves an accept. */
export function logAdmission(connection: Connection, provenAt: number): void {
  const { listener, tries } = connection;
  if (listener === null || connection.isAdmissionLogged) return;
  connection.isAdmissionLogged = true;
  const waits = connection.clientSpokeFirst || listener.greets;
  noteReturn(connection, true);
  if (!Number.isNaN(connection.openedFastAt)) {
    listener.log.admit(connection.openedFastAt, connection.openedFastAt, provenAt, waits);
    return;
  }
  if (tries.length === 0)
    listener.log.admit(earliestAdmission(connection), connection.passedAt, provenAt, waits);
  else listener.log.admit(tries.at(connection.refusedTries) ?? tries.last, tries.last, provenAt, waits);
}

/** The packet that was let in is missing: it came after the SYN+ACK, or after the SYN where that is missing too. */
function earliestAdmission({ synAckTimes, synTimes, passedAt }: Connection): number {
  return Math.min(synAckTimes.at(0) ?? synTimes.at(0) ?? passedAt, passedAt);
}

/** Final packets that came again after one had been refused; what followed it at once does not count as another. */
function noteReturn({ listener, refusals }: Connection, hasPassed: boolean): void {
  if (listener === null || refusals.length === 0) return;
  const again = refusals.filter(({ at }, place) => at - (refusals[place - 1]?.at ?? at) >= APART_MS).length;
  listener.log.returnOf(again, hasPassed);
}

/** The connection is over, or the capture is: whoever was let in and never answered stood there until the end. */
export function logStanding(connection: Connection): void {
  const { listener, tries } = connection;
  if (listener === null || connection.isAdmissionLogged) return;
  const first = tries.at(connection.refusedTries);
  if (connection.phase === PHASE.passed || connection.openedFastAt >= 0) logAdmission(connection, NEVER);
  else if (connection.phase === PHASE.final && first !== undefined && !connection.isBareReset) {
    if (connection.resetBy === "server") logAdmission(connection, connection.resetAt);
    // Nothing proves that it was let in: it may have stood there, and counts as nothing more.
    else listener.log.admit(first, NEVER, NEVER, connection.clientSpokeFirst);
    connection.isAdmissionLogged = true;
  } else if (connection.phase === PHASE.final) noteReturn(connection, false);
}
