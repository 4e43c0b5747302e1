/**
 * How likely it is that a full accept queue left SYNs unanswered, in words. A firewall, loss and a dead host look the same in
 * one packet; what tells them apart is who stood in the queue when SYNs went unanswered, and when they were answered.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 * @module
 */
import type { Listener } from "../follow/followed-listener.ts";
import type { Story } from "../judge/story.ts";
import { type Case, count, seconds } from "./case.ts";

/** With this many connections standing at the listener, somebody was waiting. */
const MANY_STANDING = 2;
/** A SYN may be answered just before those who stand there are seen to: so large a share of them says nothing. */
const STRAY_SHARE = 0.1;

const LOST =
  "The other capture does not show these packets: they were lost on their way. Grade: proven by two captures. No queue is involved.";
const NOBODY_THERE =
  "Nothing ever answered there: a firewall that drops, a host that is down, a route that is missing, or a capture that misses the answers. Grade: undecided. Nothing speaks for a full queue.";
const ALTERNATIVES =
  "It is also what a firewall, loss or a hole in the capture looks like; TcpExtListenOverflows at the server settles it.";

/** What is to be thought of SYNs to a server that went unanswered. */
export function synLikelihood(server: string, victims: readonly Story[], whole: Case): string {
  if (victims.every(({ verdict }) => verdict.cause === "lost")) return LOST;
  const report = whole.reports.find((one) => one.stories[0]?.server === server);
  if (report === undefined) return NOBODY_THERE;
  const against = signAgainst(report.listener, victims);
  if (against !== null) return `${againstWords(against, victims)} Grade: undecided. ${ALTERNATIVES}`;
  const signs = signsFor(report.listener, victims);
  if (signs.length >= 2) {
    return `A full accept queue is likely (Linux 4.10 and later drop SYNs while it is full): ${signs.join("; ")}. Grade: likely. ${ALTERNATIVES}`;
  }
  const [only] = signs;
  const words =
    only === undefined
      ? "Nothing in the capture speaks for a full queue."
      : `${capital(only)}, which is one sign of a full queue, but no more.`;
  return `${words} Grade: undecided. ${ALTERNATIVES}`;
}

function againstWords(against: string, victims: readonly Story[]): string {
  return hasArrived(victims)
    ? `The capture at the server's side shows that the SYNs arrived. ${against}, which a full accept queue does not do: a full SYN queue or a rule that drops is likelier.`
    : `${against}, which a full accept queue does not do: loss, a full SYN queue or a rule that drops is likelier.`;
}

/** What a full queue does not do; null if nothing was seen of that, or nobody knows how many stood there. */
function signAgainst(listener: Listener, victims: readonly Story[]): string | null {
  if (listener.isAmid) return null;
  const least = leastStanding(victims);
  if (least < 1) return "A SYN went unanswered while nobody stood in the queue";
  const all = listener.answeredWhile.total;
  const above = listener.answeredWhile.above(least);
  if (above <= all * STRAY_SHARE) return null;
  return `SYNs went unanswered while ${count(least, "connection")} stood there, and ${above} of ${all} were answered at once while more did`;
}

function signsFor(listener: Listener, victims: readonly Story[]): string[] {
  const [from, to] = spanOf(victims);
  const isAliveMeanwhile = listener.lastAliveAt >= from && listener.firstCompletedAt <= to;
  const least = leastStanding(victims);
  return [
    ...(isAliveMeanwhile ? ["other connections to the same port were being answered meanwhile"] : []),
    ...(least >= MANY_STANDING && Number.isFinite(least)
      ? [
          `whenever one went unanswered, at least ${least} connections stood there, established and not yet proven accepted`,
        ]
      : []),
    ...(listener.slowResponses > 0
      ? [`first responses took up to ${seconds(listener.slowestResponseMs)}`]
      : []),
    ...(hasArrived(victims) ? ["the capture at the server's side shows that the SYNs arrived"] : []),
  ];
}

function hasArrived(victims: readonly Story[]): boolean {
  return victims.some(({ verdict }) => verdict.note?.includes("arrived there") === true);
}

function leastStanding(victims: readonly Story[]): number {
  return victims.reduce(
    (least, { connection }) => Math.min(least, connection.leastStanding),
    Number.POSITIVE_INFINITY,
  );
}

function spanOf(victims: readonly Story[]): [number, number] {
  const times = victims.flatMap(({ connection }) => connection.synTimes.toArray());
  return [
    times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    times.reduce((a, b) => Math.max(a, b), 0),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
