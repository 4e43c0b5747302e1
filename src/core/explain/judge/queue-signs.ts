/**
 * Whether a full accept queue explains that a final ACK was refused, or something else does. One refused packet looks the
 * same as one lost behind the capture point, so a verdict needs more than that packet.
 *
 * @module
 */
import type { Connection } from "../follow/connection.ts";
import type { Listener } from "../follow/followed-listener.ts";
import { REPEATEDLY, roundTripBoundMs } from "../follow/refusal.ts";
import { LIKELY } from "../queue/queue-verdict.ts";

/** TCP_DEFER_ACCEPT sends its SYN+ACK at the same step of the ladder each time, give or take. */
const LADDER_SLACK = 1.3;
const LADDER_MARGIN_MS = 300;
/** A reset that a full queue sends follows the final ACK within a round trip, and the SYN+ACK before its first timer. */
const RESET_RTT_SLACK = 1.5;
const RESET_MARGIN_MS = 10;
const FIRST_TIMER_MS = 1000;
/** All of so many who stood in the queue are not likely to have been accepted just before. */
const SEVERAL = 2;

/** The SYN+ACK comes again after 1 s, and after 3 s where the first timer is that of RFC 2988, until Linux 3.0. */
const OLD_FIRST_TIMER_MS = 2500;
const OLD_FIRST_TIMER_MOST_MS = 4000;

/**
 * Whether TCP_DEFER_ACCEPT explains it: only bare ACKs were passed over, and nothing the listener did contradicts it. Such
 * a listener leaves no silent client alone past that step of the ladder, and does not speak first. And once its SYN+ACK has
 * come again, the next bare ACK is enough for it; not so before 2.6.32, which passes over every bare ACK.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18
 */
export function isDeferExplained(connection: Connection): boolean {
  const { listener } = connection;
  if (connection.hasRefusedData || listener === null) return false;
  if (listener.refusedData > 0 || listener.greets) return false;
  const secondAnswerAt = connection.synAckTimes.at(1) ?? Number.NaN;
  const stepMs = secondAnswerAt - connection.synAckTimes.first;
  const isOld = stepMs >= OLD_FIRST_TIMER_MS && stepMs <= OLD_FIRST_TIMER_MOST_MS;
  const lastPassedOver = connection.refusals.findLast(({ isSilent }) => isSilent);
  if (!isOld && lastPassedOver !== undefined && lastPassedOver.at > secondAnswerAt) return false;
  return !(listener.longestSilentMs > stepMs * LADDER_SLACK + LADDER_MARGIN_MS);
}

/** Whether a full accept queue is the likely reason that final packets were refused in silence. */
export function isDropExplained(connection: Connection): boolean {
  const { listener, provenAgain } = connection;
  if (listener === null || listener.queue.weight < LIKELY || !isMostlyAllowed(connection, listener))
    return false;
  if (provenAgain > 0 && isDeferExplained(connection)) return false;
  return isShownAgain(connection, listener);
}

/** Whether a limit allows most of the connection's refusals. */
function isMostlyAllowed({ refusals }: Connection, listener: Listener): boolean {
  const silent = refusals.filter(({ isSilent }) => isSilent);
  const allowed = silent.filter(({ at }) => !listener.queue.fit.at(at).isContradicted);
  return allowed.length * 2 > silent.length;
}

/** One lost packet looks the same: it takes more of this connection, or another one of the listener that was refused. */
function isShownAgain(connection: Connection, { queue }: Listener): boolean {
  const { hasRefusedData, provenAgain, provenByData, isLateReset, refusals } = connection;
  if (hasRefusedData || provenAgain >= REPEATEDLY) return true;
  if ((provenByData > 0 || isLateReset) && refusals.length >= REPEATEDLY) return true;
  return queue.refusals - queue.contradicted > refusals.length;
}

/** Whether a full accept queue is the likely reason of a reset in answer to the final ACK. */
export function isOverflowReset(connection: Connection): boolean {
  const { listener, resetCause } = connection;
  if (resetCause !== null) return resetCause === "overflow";
  if (listener === null || connection.isUntimed || connection.isLateReset) return false;
  if (listener.queue.weight <= -LIKELY || !wasFullAtReset(connection)) return false;
  const lastTry = connection.tries.last;
  const afterFinalMs = connection.resetAt - lastTry;
  const afterSynAckMs = connection.resetAt - connection.lastSynAck.at;
  return (
    afterFinalMs <= roundTripBoundMs(connection) * RESET_RTT_SLACK + RESET_MARGIN_MS &&
    !(afterSynAckMs >= FIRST_TIMER_MS) &&
    Number.isFinite(listener.firstCompletedAt) &&
    wasThereStill(connection, listener)
  );
}

/** A listener that closes resets all who wait in its queue: it is there still if several stood there and nobody was reset. */
function wasThereStill({ resetAt, lastSynAck }: Connection, listener: Listener): boolean {
  if (listener.wasAliveAfter(resetAt)) return true;
  const standing = listener.queue.fit.at(resetAt).most;
  return standing >= SEVERAL && Number.isFinite(standing) && !(listener.lastChildResetAt >= lastSynAck.at);
}

/** The reset answers the last packet; what came before it may have been passed over for another reason. */
function wasFullAtReset({ listener, refusals }: Connection): boolean {
  if (listener?.isAmid === true) return true;
  const last = refusals.findLast(({ isSilent }) => !isSilent);
  return last !== undefined && listener?.queue.fit.at(last.at).isContradicted === false;
}
