/**
 * A full accept queue: final ACKs that were dropped, or answered with a reset.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import { captureFinding } from "../../findings/captures/capture-codes.ts";
import type { Listener } from "../follow/followed-listener.ts";
import { isAtServerSide } from "../follow/refusal.ts";
import { inferBacklog } from "../judge/backlog.ts";
import type { Story } from "../judge/story.ts";
import { wasServed } from "../judge/story.ts";
import { type Case, clientsOf, endpointOf, type ListenerCase, packetsOf } from "./case.ts";
import { severalQueues } from "./syn-likelihood.ts";

const DROP_ALTERNATIVES =
  "From one place a capture shows the same when what arrives is dropped behind the capture point: an INPUT rule, conntrack (INVALID or a full table), or loss; tcpdump sees packets before netfilter. TcpExtListenOverflows at the server settles it.";

const RESET_ALTERNATIVES =
  "Grade: likely. The same reset answers any ACK without a socket: a listener that was restarted, a request that had expired, a failover, a stale SYN cookie. Against those speaks that this listener made connections and was still there, and that the reset came within one round trip.";

/** Final ACKs that were dropped in silence. */
export function acceptOverflow(report: ListenerCase, whole: Case): Finding[] {
  const dropped = report.stories.filter(({ verdict }) => verdict.queue === "dropped");
  if (dropped.length === 0) return [];
  const endpoint = endpointOf(report, whole);
  const inTheEnd = dropped.filter((story) => wasServed(story) === true).length;
  return [
    captureFinding("capture-accept-overflow", {
      title: `${endpoint}: the accept queue was full; the final ${dropped.length === 1 ? "ACK" : "ACKs"} of ${count(dropped.length, "connection")} ${dropped.length === 1 ? "was" : "were"} dropped.`,
      detail: [
        `The client believes that it is connected and sends its data, which is dropped too; the server sends its SYN+ACK again. ${inTheEnd} of ${dropped.length} got an answer in the end.`,
        backlogSentence(report),
        groupSentence(report.listener),
        synSentence(report),
        gradeOf(dropped),
        DROP_ALTERNATIVES,
      ]
        .filter((sentence) => sentence !== "")
        .join(" "),
      evidence: { text: dropEvidence(dropped), packets: packetsOf(dropped) },
    }),
  ];
}

/** Far from the server a whole way lies behind the capture point. */
function gradeOf(dropped: readonly Story[]): string {
  return dropped.some(({ connection }) => isAtServerSide(connection))
    ? "Grade: likely."
    : "Grade: possible, since the capture was not taken at the server: loss on the way to it does the same. A capture there decides.";
}

function dropEvidence(dropped: readonly Story[]): string {
  const again = dropped.reduce((sum, { connection }) => sum + connection.provenAgain, 0);
  const resent = dropped.reduce((sum, { connection }) => sum + connection.dataResends, 0);
  const bytes = `the clients sent their first bytes again ${count(resent, "time")}`;
  const late = dropped.filter(({ connection }) => connection.isLateReset).length;
  if (again === 0 && resent === 0 && late > 0)
    return `${clientsOf(dropped)}: the final ACK was left alone, and what came after it was answered with a reset, as with SYN cookies.`;
  if (again === 0 && resent === 0)
    return `${clientsOf(dropped)}: the server, which speaks first, greeted them only when their next packet had come.`;
  return again === 0
    ? `${clientsOf(dropped)}: ${bytes} without an answer; no SYN+ACK came again, as with SYN cookies or when the wait is short.`
    : `${clientsOf(dropped)}: ${count(again, "SYN+ACK")} came again although the final ACK had been seen, and ${bytes}.`;
}

function backlogSentence({ listener, stories }: ListenerCase): string {
  const backlog = inferBacklog(listener, stories);
  if (typeof backlog !== "string" && backlog.confidence === "certain")
    return `Its limit is ${backlog.value ?? `at most ${backlog.atMost}`}: ${backlog.why}.`;
  if (typeof backlog === "string") return `The backlog cannot be inferred: ${backlog}.`;
  const value =
    backlog.value === null ? "" : `, and ${backlog.value} if ${backlog.assumes} (${backlog.confidence})`;
  return `Its limit, min(backlog, somaxconn), is at most ${backlog.atMost}${value}${backlog.value === null && backlog.atMost > 0 ? `, or ${backlog.atMost - 1} if one connection was accepted and unanswered then, and so on` : ""}.`;
}

function groupSentence({ queue: { fit, refusals, contradicted } }: Listener): string {
  if (fit.queues === "one") return "";
  const words = severalQueues(refusals - contradicted, refusals);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}; look at each member with \`ss -lnt\`.`;
}

function synSentence({ stories }: ListenerCase): string {
  const syns = stories.filter(({ verdict }) => verdict.cause === "unknown" && /^syn-/.test(verdict.outcome));
  if (syns.length === 0) return "";
  return `SYNs of ${count(syns.length, "connection")} also went unanswered, as Linux 4.10 and later do while the queue is full.`;
}

/** Final ACKs that were answered with a reset. */
export function overflowReset(report: ListenerCase, whole: Case): Finding[] {
  const reset = report.stories.filter(({ verdict }) => verdict.queue === "reset");
  if (reset.length === 0) return [];
  const endpoint = endpointOf(report, whole);
  return [
    captureFinding("capture-overflow-reset", {
      title: `${endpoint}: the accept queue was full and tcp_abort_on_overflow is on; ${count(reset.length, "connection")} ${reset.length === 1 ? "was" : "were"} reset.`,
      detail: `The final ACK was answered with a reset at once, so the client fails with "Connection reset by peer". ${backlogSentence(report)} ${groupSentence(report.listener)} ${RESET_ALTERNATIVES}`,
      evidence: {
        text: `${clientsOf(reset)}: RST without ACK flag, with the final ACK's own number, right after it.`,
        packets: packetsOf(reset),
      },
    }),
  ];
}
