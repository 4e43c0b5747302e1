/**
 * How likely it is that a full accept queue left SYNs unanswered, in words. A firewall, loss and a dead host look the same in
 * one packet; what tells them apart is who stood in the queue when SYNs went unanswered, and when they were answered.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 * @module
 */

import { count } from "../../count.ts";
import type { Listener } from "../follow/followed-listener.ts";
import type { Story } from "../judge/story.ts";
import { isCredible, LIKELY, type QueueVerdict } from "../queue/queue-verdict.ts";
import { type Case, seconds } from "./case.ts";

/** With this many connections standing at the listener, somebody was waiting. */
const MANY_STANDING = 2;

/** Beyond these odds nobody counts. */
const MOST_WEIGHT = Math.log(1000);

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
  const against = signAgainst(report.listener);
  if (against !== null) return `${againstWords(against, victims)} Grade: undecided. ${ALTERNATIVES}`;
  const signs = signsFor(report.listener, victims);
  const { queue } = report.listener;
  if (queue.weight >= LIKELY && isCredible(queue)) {
    return `A full accept queue is likely (Linux 4.10 and later drop SYNs while it is full): ${[...signs, orderWords(queue)].join("; ")}. Grade: likely. ${ALTERNATIVES}`;
  }
  const words =
    signs.length === 0
      ? "Too little is in the capture to tell a full queue from anything else."
      : `${capital(signs.join("; "))}: too little to tell a full accept queue from a full SYN queue, a rule or loss.`;
  return `${words} Grade: undecided. ${ALTERNATIVES}`;
}

/** How the refusals lie among what was let in. */
function orderWords({ fit, refusals, contradicted, weight }: QueueVerdict): string {
  const odds = weight > MOST_WEIGHT ? "more than a thousand" : Math.round(Math.exp(weight)).toString();
  if (fit.queues === "several")
    return `${severalQueues(refusals - contradicted, refusals)}, and all of it is ${odds} times likelier so than by chance loss`;
  return `${refusals - contradicted} of ${count(refusals, "packet")} that were refused came when a queue of one limit can have been full, and all of it is ${odds} times likelier so than by chance loss`;
}

/** What shows several queues behind a port. */
export function severalQueues(allowed: number, refusals: number): string {
  return `several queues stand behind the port (SO_REUSEPORT) and one of them was full: others passed meanwhile, who was refused was refused again, and ${allowed} of ${count(refusals, "packet")} that were refused came while somebody waited unanswered`;
}

function againstWords(against: string, victims: readonly Story[]): string {
  return hasArrived(victims)
    ? `The capture at the server's side shows that the SYNs arrived. ${against}, which a full accept queue does not do: a full SYN queue or a rule that drops is likelier.`
    : `${against}, which a full accept queue does not do: loss, a full SYN queue or a rule that drops is likelier.`;
}

/** What a full queue does not do; null if nothing was seen of that. */
function signAgainst({ queue }: Listener): string | null {
  if (queue.weight > -LIKELY) return null;
  return `${queue.contradicted} of ${count(queue.refusals, "packet")} that went unanswered or were refused came while nobody stood in the queue, or right after a SYN that was answered`;
}

function signsFor(listener: Listener, victims: readonly Story[]): string[] {
  const [from, to] = spanOf(victims);
  const isAliveMeanwhile = listener.lastAliveAt >= from && listener.firstCompletedAt <= to;
  const least = listener.queue.atMost + 1;
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
    ...(listener.queue.bySynQueue > 0 && listener.queue.weight < LIKELY
      ? [
          `${count(listener.queue.bySynQueue, "SYN")} came while more requests were half open than connections can have stood in the accept queue, as at a full SYN queue`,
        ]
      : []),
    ...(hasArrived(victims) ? ["the capture at the server's side shows that the SYNs arrived"] : []),
  ];
}

function hasArrived(victims: readonly Story[]): boolean {
  return victims.some(({ verdict }) => verdict.note?.includes("arrived there") === true);
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
