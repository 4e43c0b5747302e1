/**
 * Whether the SYN that was answered was not the first one. A round trip of more than a second looks the same at first:
 * the client sends its SYN again before the answer to the first one can arrive.
 *
 * @module
 */
import type { Connection } from "../follow/connection.ts";

/** How much longer than the usual round trip an answer must have taken to be the answer to a later SYN. */
const RTT_FACTOR = 2;
const RTT_MARGIN_MS = 200;
/** Without any other measure, an answer this soon after the last SYN is taken for the answer to that one. */
const AT_ONCE_MS = 5;

/** Whether the first SYN was left without an answer, and a later one got it. */
export function wasAnsweredLate(connection: Connection): boolean {
  if (connection.synsBeforeAnswer < 2) return false;
  if (connection.isUntimed) return connection.answersLaterSyn;
  const { first } = connection.synTimes;
  const answeredAt = connection.lastAnswerBeforeFinal();
  const roundTripMs = usualRoundTripMs(connection);
  if (roundTripMs !== null) return answeredAt - first > roundTripMs * RTT_FACTOR + RTT_MARGIN_MS;
  const last = connection.synTimes.at(connection.synsBeforeAnswer - 1) ?? Number.NaN;
  return answeredAt - last <= AT_ONCE_MS;
}

/** From the listener's other connections, or from this one's own data; null if neither tells. */
function usualRoundTripMs(connection: Connection): number | null {
  const { listener } = connection;
  if (listener !== null && listener.roundTrips.count > 0) return listener.roundTrips.usualMs;
  if (connection.dataResends > 0 || Number.isNaN(connection.dataAckedAt)) return null;
  return connection.dataAckedAt - connection.firstDataAt;
}
