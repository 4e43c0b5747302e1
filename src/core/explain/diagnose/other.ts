/**
 * What looks like a full queue and is something else, and what is worth knowing besides.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import { captureFinding } from "../../findings/captures/capture-codes.ts";
import { roundTripBoundMs } from "../follow/refusal.ts";
import type { Story } from "../judge/story.ts";
import { hadRead, wasResetUnserved } from "../judge/verdict.ts";
import {
  type Case,
  clientsOf,
  endpointOf,
  type ListenerCase,
  packetsOf,
  seconds,
  withOutcome,
} from "./case.ts";

/** The first SYN+ACK comes again after 1 s: from about half of that on, it may cross the final ACK. */
const LONG_ROUND_TRIP_MS = 500;

/** TCP_DEFER_ACCEPT. */
export function deferAccept(report: ListenerCase, whole: Case): Finding[] {
  const deferred = report.stories.filter(({ verdict }) => verdict.cause === "defer");
  if (deferred.length === 0) return [];
  const hasPrompt = report.listener.promptData > 0;
  return [
    captureFinding("capture-defer-accept", {
      title: `${endpointOf(report, whole)}: TCP_DEFER_ACCEPT, not a full queue: silent clients get the SYN+ACK again.`,
      detail: `The SYN+ACK came again although the final ACK was there, but no client had sent data by then, and none that did was refused. ${hasPrompt ? "Clients that spoke were taken at once. Grade: likely." : "No client spoke, so nothing confirms it. Grade: possible."} Alternatives: the final ACKs were lost behind the capture point; a queue that was full of connections older than the capture.`,
      evidence: { text: clientsOf(deferred), packets: packetsOf(deferred) },
    }),
  ];
}

/** Refused final ACKs that a full queue does not explain. */
export function finalAckLost(report: ListenerCase, whole: Case): Finding[] {
  const lost = withOutcome(report.stories, "final-ack-dropped", ["unknown", "lost"]);
  if (lost.length === 0) return [];
  const proven = lost.every(({ verdict }) => verdict.cause === "lost");
  return [
    captureFinding("capture-final-ack-lost", {
      title: `${endpointOf(report, whole)}: the final ${lost.length === 1 ? "ACK" : "ACKs"} of ${count(lost.length, "connection")} did not get through, and a full queue does not explain it.`,
      detail: proven
        ? "The capture at the server's side does not show them: they were lost on their way. Grade: proven by two captures."
        : "The SYN+ACK came again although the final ACK was there, but nobody stood in the queue at that moment, or it was one silent packet only. Loss behind the capture point, a rule that drops it or TCP_DEFER_ACCEPT is likelier. Grade: undecided.",
      evidence: { text: clientsOf(lost), packets: packetsOf(lost) },
    }),
  ];
}

/** Resets after the final ACK whose cause the capture does not tell. */
export function resetAtHandshake(report: ListenerCase, whole: Case): Finding[] {
  const reset = withOutcome(report.stories, "reset-at-handshake");
  if (reset.length === 0) return [];
  return [
    captureFinding("capture-reset-at-handshake", {
      title: `${endpointOf(report, whole)}: ${count(reset.length, "connection")} ${reset.length === 1 ? "was" : "were"} reset in the handshake, for a reason that the capture does not show.`,
      detail:
        "The server answered the final ACK with a reset. A full accept queue with tcp_abort_on_overflow does that, but so does a listener that was closed or restarted, a request that had expired, a failover or a stale SYN cookie, and the signs that would tell them apart are missing. Grade: undecided.",
      evidence: { text: clientsOf(reset), packets: packetsOf(reset) },
    }),
  ];
}

/** Clients that waited, where no refusal was seen. */
export function slowAccept(report: ListenerCase, whole: Case): Finding[] {
  const { listener, stories } = report;
  const isRefusing =
    listener.queue.refusals > 0 ||
    stories.some(({ verdict }) => verdict.queue !== null || /^syn-/.test(verdict.outcome));
  if (listener.slowResponses === 0 || isRefusing) return [];
  const isSerial = listener.promptAfterEnd > 0 && listener.tardyAfterEnd === 0 && listener.overlaps === 0;
  return [
    captureFinding("capture-slow-accept", {
      title: `${endpointOf(report, whole)}: ${count(listener.slowResponses, "connection")} waited up to ${seconds(listener.slowestResponseMs)} for the first response, and the capture shows nobody refused.`,
      detail: `${
        isSerial
          ? "Each was answered as soon as the one before it had ended: the server takes one connection at a time, and the others wait in its accept queue. Grade: likely."
          : "Waiting in the accept queue and waiting in the application look the same on the wire. Grade: undecided."
      } At most ${count(listener.queue.fit.peak(), "connection")} stood there, established and not yet proven accepted.`,
      severity: isSerial ? "warning" : "info",
      evidence: {
        text: "The first slow responses are cited.",
        packets: listener.slowPackets,
      },
    }),
  ];
}

/** Servers that close without a byte. */
export function acceptedAndClosed(report: ListenerCase, whole: Case): Finding[] {
  const closed = withOutcome(report.stories, "accepted-and-closed");
  const unread = closed.filter(({ connection }) => !hadRead(connection));
  const read = closed.filter(({ connection }) => hadRead(connection));
  return [
    ...(unread.length > 0 ? [closedUnread(unread, endpointOf(report, whole))] : []),
    ...(read.length > 0 ? [closedAfterReading(read, endpointOf(report, whole))] : []),
  ];
}

function closedUnread(closed: readonly Story[], endpoint: string): Finding {
  return captureFinding("capture-accepted-and-closed", {
    title: `${endpoint}: ${count(closed.length, "connection")} ${closed.length === 1 ? "was" : "were"} accepted and closed at once, without a byte.`,
    detail:
      "A server at its descriptor limit does that (Node.js accepts and closes), and so do connection limits and access lists. The accept queue had room. Grade: likely.",
    evidence: { text: clientsOf(closed), packets: packetsOf(closed) },
  });
}

function closedAfterReading(closed: readonly Story[], endpoint: string): Finding {
  return captureFinding("capture-accepted-and-closed", {
    title: `${endpoint}: ${count(closed.length, "connection")} ${closed.length === 1 ? "was" : "were"} closed without an answer after the request had been read.`,
    detail:
      "The client's bytes were there before the server closed, and it closed in order: bytes that nobody has read would have made it a reset. So the program took the request and answered nothing; a descriptor limit does not do that. Look at its log of that moment. Grade: likely.",
    evidence: { text: clientsOf(closed), packets: packetsOf(closed) },
  });
}

/** Connections that the server let in and reset before its first byte: a listener that closes does that to all who wait. */
export function resetUnserved(report: ListenerCase, whole: Case): Finding[] {
  const reset = report.stories.filter(({ connection }) => wasResetUnserved(connection));
  if (reset.length === 0) return [];
  const { resetTogether } = report.listener;
  const isClosing = resetTogether > 1 && resetTogether * 2 > reset.length;
  return [
    captureFinding("capture-reset-before-response", {
      title: `${endpointOf(report, whole)}: ${count(reset.length, "connection")} ${reset.length === 1 ? "was" : "were"} reset by the server before its first byte.`,
      detail: isClosing
        ? `${resetTogether} of them at the same moment: a listener that closes, as in a restart, resets all who wait in its accept queue. So does a program that dies with connections it has not read. Grade: likely.`
        : "The handshake was complete, so no full queue did it. A program does that which closes with bytes unread or with SO_LINGER 0, or dies; so does a proxy whose server is away. Grade: undecided.",
      evidence: { text: clientsOf(reset), packets: packetsOf(reset) },
    }),
  ];
}

/** Data that was never answered after a handshake that looked fine. */
export function silentAfterHandshake(report: ListenerCase, whole: Case): Finding[] {
  const silent = report.stories.filter(({ verdict }) => verdict.cause === "silence");
  if (silent.length === 0) return [];
  return [
    captureFinding("capture-silent-after-handshake", {
      title: `${endpointOf(report, whole)}: ${count(silent.length, "connection")} got no answer to data after the handshake.`,
      detail: silent.every(({ connection }) => connection.offeredWindow === 0)
        ? "The SYN+ACK offered a window of 0, as a proxy's does that answers before it has reached the server (SYNPROXY); the server behind it never opened the window. Its accept queue may be full, or it is away: capture behind the proxy. Grade: undecided."
        : "The SYN+ACK did not come again either. SYN cookies together with a full accept queue look like that: the server kept nothing that it could send again. So does loss behind the capture point, or a server that vanished. Grade: undecided.",
      evidence: { text: clientsOf(silent), packets: packetsOf(silent) },
    }),
  ];
}

/** TIME_WAIT, long round trips and copies: they explain what else would look like trouble. */
export function harmless(whole: Case): Finding[] {
  const waiting = whole.stories.filter(({ verdict }) => verdict.cause === "time-wait");
  const crossing = whole.stories.filter(isLongWay);
  return [
    ...(waiting.length > 0 ? [timeWait(waiting)] : []),
    ...(crossing.length > 0 ? [longRoundTrip(crossing)] : []),
    ...copied(whole),
  ];
}

/** Packets that cross on a short way did so by chance, which is not worth a word. */
function isLongWay({ verdict, connection }: Story): boolean {
  return verdict.cause === "crossing" && roundTripBoundMs(connection) >= LONG_ROUND_TRIP_MS;
}

function timeWait(stories: readonly Story[]): Finding {
  return captureFinding("capture-time-wait", {
    title: `${count(stories.length, "SYN")} met an older connection in TIME_WAIT, not a full queue.`,
    detail:
      "The server answered with an ACK of the old connection, the client reset that one and sent its SYN again.",
    evidence: { text: clientsOf(stories), packets: packetsOf(stories) },
  });
}

function longRoundTrip(stories: readonly Story[]): Finding {
  return captureFinding("capture-long-round-trip", {
    title: `${count(stories.length, "handshake")} took longer than the timers: packets crossed, nothing was refused.`,
    detail:
      "A SYN+ACK that came again can have left the server before the final ACK reached it. Grade: undecided for the packet, but nothing speaks for a full queue.",
    evidence: { text: clientsOf(stories), packets: packetsOf(stories) },
  });
}

/** Copies are told where some are sure, or where every handshake has some: they come from how it was captured. */
function copied({ observations, reports, stories }: Case): Finding[] {
  const number = observations.reduce((sum, { copies }) => sum + copies.count, 0);
  const sure = observations.reduce((sum, { copies }) => sum + copies.sure, 0);
  const handshakes = reports.reduce((sum, { listener }) => sum + listener.folded, stories.length);
  if (sure === 0 && (number === 0 || number < handshakes)) return [];
  return [
    captureFinding("capture-copies", {
      title: `${number} packets of handshakes were captured more than once and count once.`,
      detail:
        "Same endpoints, flags, numbers and length, the same IP identification and timestamp, within 100 ms: several interfaces, VLAN copies or a mirror port.",
      evidence: {
        text: "The first copies are cited.",
        packets: observations.flatMap(({ copies }) => copies.packets),
      },
    }),
  ];
}
