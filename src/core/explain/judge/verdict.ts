/**
 * What became of one connection attempt, named by its first cause, from the closed list of outcomes. Only what the packets
 * show counts: where they show too little, the outcome is `cut-off` and the verdict says what is missing.
 *
 * @module
 */
import type { Connection } from "../follow/connection.ts";
import { CLOSED_AT_ONCE_MS, wasClosedAtOnce } from "../follow/fold.ts";
import type { NumberList } from "../follow/number-list.ts";
import { isDeferExplained, isDropExplained, isOverflowReset } from "./queue-signs.ts";
import { wasAnsweredLate } from "./syn-signs.ts";

/** The closed list of outcomes, in the order in which reports show them. */
export const OUTCOMES = [
  "completed",
  "syn-unanswered",
  "syn-answered-late",
  "final-ack-dropped",
  "overflow-reset",
  "reset-at-handshake",
  "accepted-and-closed",
  "refused",
  "half-open",
  "aborted-by-client",
  "cut-off",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What explains it, as far as the packets tell. */
export type Cause =
  /** Nothing is to be explained. */
  | "none"
  /** A full queue, by the signs of `queue-signs.ts`. */
  | "queue"
  /** TCP_DEFER_ACCEPT. */
  | "defer"
  /** An older connection in TIME_WAIT. */
  | "time-wait"
  /** Packets crossed on a long way. */
  | "crossing"
  /** The packet was lost on its way, as a second capture shows. */
  | "lost"
  /** The server said nothing more after its SYN+ACK. */
  | "silence"
  | "unknown";

/** Final packets were dropped in silence or answered with a reset; null where no full queue explains what was seen. */
export type QueueFate = "dropped" | "reset" | null;

/** A judgement without what the queue did. */
type Naming = Omit<Verdict, "queue">;

/** A judgement. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly cause: Cause;
  /** What a full accept queue did to the client's final packets, also where the outcome is named by something earlier. */
  readonly queue: QueueFate;
  /** What is missing, or what else there is to know; null if nothing. */
  readonly note: string | null;
}

/** What a verdict needs to know besides the connection. */
export interface JudgeContext {
  /** When the capture ended. */
  readonly endAt: number;
  /** Whether the capture shows the clients' packets to this connection's server but none of its answers. */
  readonly isOneSided: boolean;
}

/** A SYN or SYN+ACK that is not answered is sent again after 1 s. */
const FIRST_TIMER_MS = 1000;
/** And what had to come within that time may come a little late. */
const TIMER_MARGIN_MS = 300;
/** From this many resends of its first bytes on, a client has been left without any answer. */
const SILENT_RESENDS = 2;

/** Judges one attempt. */
export function judge(connection: Connection, around: JudgeContext): Verdict {
  return { ...nameOutcome(connection, around), queue: queueFate(connection) };
}

function queueFate(connection: Connection): QueueFate {
  if (connection.isRefused || connection.isSimultaneous || !connection.hasServerIsn) return null;
  if (isDropExplained(connection)) return "dropped";
  return hasBareReset(connection) && isOverflowReset(connection) ? "reset" : null;
}

function hasBareReset({ isBareReset, passedAt }: Connection): boolean {
  return isBareReset && Number.isNaN(passedAt);
}

function nameOutcome(connection: Connection, around: JudgeContext): Naming {
  if (connection.isRefused) return plain("refused");
  if (connection.isSimultaneous) return judgeSimultaneous(connection);
  if (!connection.hasServerIsn) return judgeUnanswered(connection, around);
  if (wasAnsweredLate(connection)) return judgeLate(connection);
  // With Fast Open, or where the capture lacks the client's packets, the server speaks before a final ACK is seen.
  const isOpen = Number.isNaN(connection.finalAt) && Number.isNaN(connection.passedAt);
  return isOpen ? judgeAnswered(connection, around) : judgeFinal(connection, around);
}

function judgeSimultaneous(connection: Connection): Naming {
  const note = "both ends sent a SYN (simultaneous open or a split handshake): no accept queue is involved";
  return { outcome: Number.isNaN(connection.passedAt) ? "cut-off" : "completed", cause: "none", note };
}

function judgeUnanswered(connection: Connection, { endAt, isOneSided }: JudgeContext): Naming {
  if (connection.resetBy === "client") return plain("aborted-by-client");
  if (isOneSided) return cutOff("the server's answers: the capture shows one direction only");
  const sinceMs = sinceFirst(connection, connection.synTimes, endAt);
  if (connection.synTimes.length <= 1 && !(sinceMs >= FIRST_TIMER_MS)) {
    return cutOff(`what followed: ${endWords(sinceMs, "SYN")}`);
  }
  if (connection.wasChallenged) return timeWait("syn-unanswered");
  return { outcome: "syn-unanswered", cause: "unknown", note: null };
}

function judgeLate(connection: Connection): Naming {
  if (connection.wasChallenged) return timeWait("syn-answered-late");
  return { outcome: "syn-answered-late", cause: "unknown", note: null };
}

function timeWait(outcome: Outcome): Naming {
  const note =
    "the first SYN was answered by an ACK of an older connection in TIME_WAIT: no queue is involved";
  return { outcome, cause: "time-wait", note };
}

/** A SYN+ACK was seen, and nothing of the client that would complete the handshake. */
function judgeAnswered(connection: Connection, { endAt }: JudgeContext): Naming {
  if (!connection.hasSyn) {
    return cutOff("the SYN: it was before the capture, or somebody sent it under a false address");
  }
  if (connection.resetBy === "client") return plain("aborted-by-client");
  if (connection.resetBy === "server") return { outcome: "reset-at-handshake", cause: "unknown", note: null };
  const sinceMs = sinceFirst(connection, connection.synAckTimes, endAt);
  if (connection.synAckTimes.length <= 1 && !(sinceMs >= FIRST_TIMER_MS)) {
    return cutOff(`the final ACK: ${endWords(sinceMs, "SYN+ACK")}`);
  }
  return plain("half-open");
}

/** The client has sent its final ACK. */
function judgeFinal(connection: Connection, around: JudgeContext): Naming {
  if (connection.provenAgain > 0 && !wasResetLater(connection)) return judgeAgain(connection);
  if (connection.isUntimed && connection.crossedAgain > 0) {
    return cutOff("times: they tell a SYN+ACK that was sent again from one that crossed the final ACK");
  }
  if (isDropExplained(connection)) return judgeDropped(connection);
  if (hasBareReset(connection)) return judgeReset(connection);
  if (wasResetUnserved(connection)) return judgeResetUnserved(connection);
  if (connection.resetBy === "client" && Number.isNaN(connection.servedAt)) return plain("aborted-by-client");
  if (wasClosedAtOnce(connection)) return closedAtOnce(connection);
  if (Number.isNaN(connection.passedAt)) return judgeUnproven(connection, around);
  return judgePassed(connection);
}

/** TCP_DEFER_ACCEPT let a silent client wait, and a full queue reset the packet that was to end this. */
function wasResetLater(connection: Connection): boolean {
  return hasBareReset(connection) && isDeferExplained(connection) && isOverflowReset(connection);
}

function judgeAgain(connection: Connection): Naming {
  if (isDeferExplained(connection)) {
    const note = "the SYN+ACK came again because the client had sent no data yet (TCP_DEFER_ACCEPT)";
    return { outcome: "completed", cause: "defer", note };
  }
  const cause = isDropExplained(connection) ? "queue" : "unknown";
  return { outcome: "final-ack-dropped", cause, note: null };
}

function judgeDropped({ isLateReset }: Connection): Naming {
  const note = isLateReset
    ? "the final ACK was dropped in silence, and what the client sent after it was answered with a reset, as with SYN cookies"
    : null;
  return { outcome: "final-ack-dropped", cause: "queue", note };
}

function judgeReset(connection: Connection): Naming {
  if (isOverflowReset(connection)) return { outcome: "overflow-reset", cause: "queue", note: null };
  return { outcome: "reset-at-handshake", cause: "unknown", note: noteOnReset(connection) };
}

function noteOnReset({ resetCause }: Connection): string | null {
  return resetCause === "other"
    ? "no full queue: the server's own kernel refused nothing with a reset then"
    : null;
}

function closedAtOnce(connection: Connection): Naming {
  const afterMs = connection.serverFinAt - connection.finalAt;
  const note = `the server closed ${afterMs.toFixed(1)} ms after the handshake (up to ${CLOSED_AT_ONCE_MS} ms counts), without a byte${hadRead(connection) ? ", though it had read the client's" : ""}`;
  return { outcome: "accepted-and-closed", cause: "none", note };
}

/**
 * Whether the server closed after it had read what the client sent: bytes that nobody has read turn a close into a reset.
 *
 * @kernel net/ipv4/tcp.c __tcp_close() v6.18
 */
export function hadRead({ clientSpokeFirst, dataAckedAt, serverFinAt }: Connection): boolean {
  return clientSpokeFirst && dataAckedAt <= serverFinAt;
}

/** The server reset a connection that it had let in, before its first byte. */
export function wasResetUnserved(connection: Connection): boolean {
  const { resetBy, isBareReset, isRefused, firstPayloadAt, serverFinAt, finalAt } = connection;
  if (resetBy !== "server" || isBareReset || isRefused) return false;
  return Number.isNaN(firstPayloadAt) && Number.isNaN(serverFinAt) && finalAt >= 0;
}

function judgeResetUnserved({ resetAt, finalAt }: Connection): Naming {
  const note = `the server reset it ${((resetAt - finalAt) / 1000).toFixed(2)} s after the handshake, before its first byte`;
  return { outcome: "completed", cause: "none", note };
}

/** The final ACK was seen, and nothing that proves what the server did with it. */
function judgeUnproven(connection: Connection, { endAt }: JudgeContext): Naming {
  if (!connection.hasSynAck) return cutOff("the server's packets: the capture shows one direction only");
  if (connection.offeredWindow === 0 && connection.tries.length > SILENT_RESENDS) return judgeProxied();
  if (connection.dataResends >= SILENT_RESENDS) {
    const note = `missing: any answer to the client's data, which it sent ${connection.dataResends + 1} times`;
    return { outcome: "cut-off", cause: "silence", note };
  }
  const sinceMs = sinceFirst(connection, connection.synAckTimes, endAt);
  if (!(sinceMs >= FIRST_TIMER_MS + TIMER_MARGIN_MS)) {
    return cutOff(`what became of the final ACK: ${endWords(sinceMs, "SYN+ACK")}`);
  }
  return plain("completed");
}

/** @kernel net/netfilter/nf_synproxy_core.c synproxy_send_client_synack() v6.18 */
function judgeProxied(): Naming {
  const note =
    "missing: any packet after a SYN+ACK of window 0, which is a proxy's (SYNPROXY): the client believes that it is connected, and the proxy has not reached the server, whose queue may be full";
  return { outcome: "cut-off", cause: "silence", note };
}

function judgePassed(connection: Connection): Naming {
  if (connection.wasChallenged) return timeWait("completed");
  if (connection.crossedAgain === 0) return plain("completed");
  const note =
    "the SYN+ACK that came again crossed the final ACK on its way, or cannot be told from one that did";
  return { outcome: "completed", cause: "crossing", note };
}

/** From the first packet of a kind to the capture's end; 0 without one, NaN without times. */
function sinceFirst({ isUntimed }: Connection, times: NumberList, endAt: number): number {
  return isUntimed ? Number.NaN : endAt - (times.at(0) ?? endAt);
}

function endWords(sinceMs: number, packet: string): string {
  return Number.isNaN(sinceMs)
    ? `nothing tells how long after the ${packet} the capture ends`
    : `the capture ends ${sinceMs.toFixed(0)} ms after the ${packet}`;
}

function plain(outcome: Outcome): Naming {
  return { outcome, cause: "none", note: null };
}

function cutOff(missing: string): Naming {
  return { outcome: "cut-off", cause: "none", note: `missing: ${missing}` };
}
