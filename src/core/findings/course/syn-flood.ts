/**
 * A SYN queue that is filled by clients that never finish: cookies sent against cookies answered, or with cookies off requests
 * whose SYN+ACK nobody answers. A longer queue is filled just as fast.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { RequestFacts } from "../../listener/course/course-facts.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { pick, timeText } from "../listeners/finding-words.ts";
import { makeFinding } from "../listeners/make-finding.ts";
import { shellLine } from "../remedies/shell-line.ts";
import { sysctlLines } from "../remedies/sysctl-remedy.ts";

/** Fewer cookies are a burst, unless those that fill the queue do not answer. */
const LEAST_SENT = 100;
/** With cookies off fewer refused SYNs are a burst; here those that stand there and do not answer are counted too. */
const LEAST_REFUSED = 20;
/** So many that fill a queue and do not answer are more than a few clients with a bad way back. */
const LEAST_STANDING = 20;
/** Of a flood hardly any cookie comes back. */
const MOST_ANSWERED_SHARE = 0.2;
/** Requests that are not finished, of all that stand there. */
const LEAST_UNANSWERED_SHARE = 0.5;

/** Whether cookies, or refused SYNs, are those of clients that never finish. */
export function isFlood({ window, namespace, course, listener }: LiveFacts): boolean {
  if (window === null || listener.protocol === "unix") return false;
  const { capacity } = listener.synQueue;
  if (capacity === null || (window.synLengthMost ?? 0) < capacity || capacity === 0) return false;
  const requests = course?.requests ?? null;
  if (namespace.sysctls.tcp_syncookies === 0) {
    const { own, shared } = window.refused["syn-queue-full"];
    return own + shared >= LEAST_REFUSED && isUnanswered(requests);
  }
  const sent = window.counters["SyncookiesSent"] ?? 0;
  if ((window.counters["SyncookiesRecv"] ?? 0) > sent * MOST_ANSWERED_SHARE) return false;
  return sent >= LEAST_SENT || ((requests?.count ?? 0) >= LEAST_STANDING && isUnanswered(requests));
}

/** Whether most of those that stand there let the first SYN+ACK go unanswered; with TCP_DEFER_ACCEPT that is no sign of it. */
function isUnanswered(requests: RequestFacts | null): boolean {
  if (requests === null || requests.deferred > 0) return false;
  return requests.count > 0 && requests.unanswered >= requests.count * LEAST_UNANSWERED_SHARE;
}

/** Named with who sends, as far as the requests tell. */
export function synFlood(facts: LiveFacts): Finding | null {
  const { window, listener, namespace, course } = facts;
  if (window === null || !isFlood(facts)) return null;
  const isOff = namespace.sysctls.tcp_syncookies === 0;
  const sent = window.counters["SyncookiesSent"] ?? 0;
  const answered = window.counters["SyncookiesRecv"] ?? 0;
  const refused = window.refused["syn-queue-full"].own + window.refused["syn-queue-full"].shared;
  const what = isOff
    ? `${count(refused, "SYN")} refused in ${timeText(window.durationMs)}`
    : `${count(sent, "SYN cookie")} sent in ${timeText(window.durationMs)}, ${answered} answered`;
  return makeFinding("syn-flood", {
    severity: isOff ? "critical" : "warning",
    title: `${causeText(course?.requests ?? null)}: ${what}.`,
    evidence: `the SYN queue held up to ${window.synLengthMost ?? "?"} of ${listener.synQueue.capacity ?? "?"}; ${isOff ? "with cookies off SYNs that find it full are dropped" : "who finishes is served through cookies all the same"}${sourcesText(course?.requests ?? null)}`,
    counters: pick(window.counters, ["SyncookiesSent", "SyncookiesRecv", "TCPReqQFullDrop"]),
    remedy: [
      ...(isOff
        ? sysctlLines(facts, "net.ipv4.tcp_syncookies", 1)
        : [shellLine("sysctl net.ipv4.tcp_syncookies", "leave it on: it is what serves your clients now")]),
      shellLine(
        `timeout 10 tcpdump -nni any -c 200 'tcp dst port ${listener.port} and tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn'`,
        "who sends; whoever sends the same SYN again does not get the SYN+ACK: then look at the way back",
      ),
      "a larger backlog does not help, as it is filled just as fast: stop the senders in front (a filter, the load balancer, the provider)",
    ],
  });
}

/** Forged addresses are many. Of a few the SYN+ACK may as well be lost on its way to them: from here both look the same. */
function causeText(requests: RequestFacts | null): string {
  if (requests === null || requests.count === 0 || isLikelyForged(requests))
    return "A SYN flood, or clients that never finish the handshake";
  return `SYN+ACKs that are lost on the way back, or a SYN flood from ${count(requests.addresses, "address")}`;
}

function isLikelyForged({ addresses, count: all }: RequestFacts): boolean {
  return addresses * 2 > all;
}

function sourcesText(requests: RequestFacts | null): string {
  if (requests === null) return "";
  const { addresses, count: all, from, unanswered } = requests;
  const most = from.map((one) => `${one.address} (${one.count})`).join(", ");
  const who = isLikelyForged(requests)
    ? `${addresses} addresses, which are likely forged`
    : `${count(addresses, "address")}, most often ${most}`;
  return `; ${all} requests stand there, from ${who}; ${unanswered} of them did not answer the first SYN+ACK`;
}
