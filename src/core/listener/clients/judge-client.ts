/**
 * Whether a connection of ours is stuck at somebody's listener, from the numbers of one look. Pure.
 *
 * @module
 */
import type { TcpState } from "../../wire/netlink/tcp-state.ts";
import type { ConnectionFacts } from "./connection-facts.ts";

/**
 * `connecting`: its SYN was sent again and is not answered. `silent`: established here, and not there. `late`: established, but only by
 * a resent SYN.
 */
export type StuckKind = "connecting" | "silent" | "late";

/** How sure that is: `proven` has no other explanation that lasts, `likely` has one, which is in the evidence. */
export interface ClientJudgement {
  readonly kind: StuckKind;
  readonly certainty: "proven" | "likely";
  readonly evidence: string;
  /** Resent SYNs, SYN+ACKs that came again, or resends of data. */
  readonly resends: number;
  /** For how long, in milliseconds; null where the kernel does not say. */
  readonly sinceMs: number | null;
}

/**
 * An acknowledgement of the SYN counts as a byte. Whoever was connected to has none: its SYN+ACK's acknowledgement made the connection.
 *
 * @kernel net/ipv4/tcp_input.c tcp_rcv_synsent_state_process() v6.18
 */
const ONLY_SYN_ACKED = 1;
/** Besides two round trips: what an acknowledgement may take, which is sent at once for data that came twice. */
const ANSWER_MS = 50;
/** When a SYN+ACK that is not answered comes again, in milliseconds; a timer is up to some per cent late. */
const SYN_ACK_LADDER_MS = [1_000, 3_000, 7_000, 15_000, 31_000];
/** The next step would be there. */
const LADDER_END_MS = 63_000;
const LATE_SHARE = 1.06;
const LATE_MS = 100;
/** A handshake that took so long may have been answered by a SYN+ACK that came again. */
const ONE_STEP_US = 900_000;

/** The judgement, or null for a connection that shows nothing unusual. */
export function judgeClient(state: TcpState, facts: ConnectionFacts): ClientJudgement | null {
  if (state === "SYN_SENT") return judgeConnecting(facts);
  if (state !== "ESTABLISHED" && state !== "FIN_WAIT1") return null;
  return judgeSilent(facts) ?? (state === "ESTABLISHED" ? judgeLate(facts) : null);
}

function judgeConnecting({ retransmits }: ConnectionFacts): ClientJudgement | null {
  if (retransmits === 0) return null;
  return {
    kind: "connecting",
    certainty: "likely",
    evidence: `its SYN was sent ${retransmits + 1} times and not answered`,
    resends: retransmits,
    sinceMs: null,
  };
}

/**
 * The other end took nothing but the SYN, and sent nothing but SYN+ACKs. Whoever has accepted a connection acknowledges its first data,
 * so data that is resent beside a SYN+ACK that came again proves that it has not. Without data of ours an accepted connection on
 * which nobody speaks looks the same.
 *
 * @kernel net/ipv4/tcp_input.c tcp_validate_incoming() v6.18
 */
function judgeSilent(facts: ConnectionFacts): ClientJudgement | null {
  const { bytesAcked, bytesReceived, dataSegmentsIn, segmentsIn } = facts;
  if (bytesAcked === null || segmentsIn === null || dataSegmentsIn === null) return null;
  if (bytesAcked !== ONLY_SYN_ACKED || dataSegmentsIn > 0 || (bytesReceived ?? 0) > 0) return null;
  const again = segmentsIn - 1;
  return isDataUnanswered(facts) ? judgeUnanswered(facts, again) : judgeUnspoken(facts, again);
}

/** Nothing was sent, or the last copy may still be answered. As many SYN+ACKs as a request sends that is not completed: fewer, and it was accepted since. */
function judgeUnspoken({ lastAckReceivedMs }: ConnectionFacts, again: number): ClientJudgement | null {
  if (again === 0 || lastAckReceivedMs === null) return null;
  const due = SYN_ACK_LADDER_MS.filter((atMs) => atMs * LATE_SHARE + LATE_MS < lastAckReceivedMs).length;
  if (again < due) return null;
  return {
    kind: "silent",
    certainty: "likely",
    evidence: `the SYN+ACK came again ${again} times, as often as by now it does where nothing of ours is taken; if it was accepted since the last one and nobody has spoken, it looks the same`,
    resends: again,
    sinceMs: lastAckReceivedMs,
  };
}

function judgeUnanswered(facts: ConnectionFacts, again: number): ClientJudgement | null {
  const { retransmits, lastAckReceivedMs } = facts;
  const common = { kind: "silent", sinceMs: lastAckReceivedMs } as const;
  const data = `its first data was sent ${retransmits + 1} times and never acknowledged`;
  if (again > 0) {
    const isProven = wasSentAfterSynAck(facts);
    const doubt = "; the answer to the last one may have been taken, which the next resend shows";
    return {
      ...common,
      certainty: isProven ? "proven" : "likely",
      evidence: `${data}, while the SYN+ACK came again ${again} times and nothing else${isProven ? "" : doubt}`,
      resends: again,
    };
  }
  if (retransmits === 0) return null;
  return {
    ...common,
    certainty: "likely",
    evidence: `${data}, and nothing came since the SYN+ACK: a broken path looks the same`,
    resends: retransmits,
  };
}

/**
 * Each SYN+ACK that comes again is answered, and that answer completes the handshake once there is room, without acknowledging data. So
 * only a copy of the data proves something that left after the last of them. Some may have been lost, so their number does not say when
 * the last one came: it came at the latest at the last step of the ladder that is over by now. The ladder begins with the request,
 * and that is when we were connected only if our first SYN was answered, and at once: else any step may be due at any time.
 */
function wasSentAfterSynAck(facts: ConnectionFacts): boolean {
  const { lastAckReceivedMs, lastDataSentMs, rttUs } = facts;
  if (lastAckReceivedMs === null || lastDataSentMs === null) return false;
  if (synResends(facts) !== 0 || rttUs === null || rttUs >= ONE_STEP_US) return false;
  const steps = SYN_ACK_LADDER_MS.filter((atMs) => atMs <= lastAckReceivedMs);
  const cameAtMs = steps.at(-1);
  // Behind the end of the ladder nobody knows.
  if (cameAtMs === undefined || lastAckReceivedMs > LADDER_END_MS) return false;
  return lastAckReceivedMs - lastDataSentMs > cameAtMs * LATE_SHARE + LATE_MS;
}

/** Of all resends those that were not of data; null where the kernel does not say. Nothing of ours was taken. */
function synResends({ totalRetrans, dataSegmentsOut, unacked }: ConnectionFacts): number | null {
  if (totalRetrans === null || dataSegmentsOut === null || unacked === null) return null;
  return totalRetrans - (dataSegmentsOut - unacked);
}

/** Resent at least once, and the last copy has had the time to be answered. */
function isDataUnanswered({
  unacked,
  retransmits,
  isResending,
  lastDataSentMs,
  rttUs,
}: ConnectionFacts): boolean {
  const answerMs = (2 * (rttUs ?? 0)) / 1000 + ANSWER_MS;
  return (unacked ?? 0) > 0 && isResending && retransmits > 0 && (lastDataSentMs ?? 0) > answerMs;
}

/** A SYN has no payload, so a resend without bytes was one. */
function judgeLate({ totalRetrans, bytesRetrans }: ConnectionFacts): ClientJudgement | null {
  if (totalRetrans === null || totalRetrans === 0 || bytesRetrans !== 0) return null;
  return {
    kind: "late",
    certainty: "proven",
    evidence: `it was answered only after its SYN was sent ${totalRetrans + 1} times; a lost packet does the same`,
    resends: totalRetrans,
    sinceMs: null,
  };
}
