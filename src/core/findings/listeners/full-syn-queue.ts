/**
 * The SYN queue: full, answered by cookies, cut short by the rule of the last quarter, and the clients that a cookie
 * leaves behind.
 *
 * @module
 */

import { count } from "../../count.ts";
import type { Finding } from "../../finding.ts";
import type { LiveFacts } from "../../listener/facts.ts";
import { synQueueTestOf } from "../../model/rules/kernel-era.ts";
import { admittedByLastQuarter, capacityOf } from "../../model/rules/queue-capacity.ts";
import { isCrowdedByDeferred } from "../course/deferred-clients.ts";
import { isLimitZero, limitTooSmall } from "../course/limit-too-small.ts";
import { isFlood } from "../course/syn-flood.ts";
import { acceptFaster, raiseLimit } from "../remedies/remedy.ts";
import { sysctlLines } from "../remedies/sysctl-remedy.ts";
import { pick, timeText } from "./finding-words.ts";
import { isFull } from "./full-accept-queue.ts";
import { makeFinding } from "./make-finding.ts";

/**
 * As many requests as are kept. Where none is kept, every SYN is answered by a cookie, which is no sign of anything, or with
 * tcp_syncookies = 0 (a limit of 0 on a kernel that tests `length >= limit`) dropped.
 */
export function synQueueFull(facts: LiveFacts): Finding | null {
  const { listener, namespace, window } = facts;
  const { length, capacity } = listener.synQueue;
  const most = Math.max(length ?? 0, window?.synLengthMost ?? 0);
  const { own, shared } = window?.refused["syn-queue-full"] ?? { own: 0, shared: 0 };
  const refused = own + shared;
  const cookies = namespace.sysctls.tcp_syncookies;
  const isAtCapacity = capacity !== null && (capacity > 0 || cookies === 0) && most >= capacity;
  if (refused === 0 && (!isAtCapacity || lastQuarterDrops(facts) !== null)) return null;
  if (isExplained(facts)) return null;
  const consequence = whatHappensToSyns(facts);
  return makeFinding("syn-queue-full", {
    severity: cookies === 0 ? "critical" : "warning",
    title: `The SYN queue is full (${most} of ${capacity ?? "?"}): ${consequence}.`,
    evidence: `${count(most, "request")} in SYN_RECV, ${capacity ?? "?"} ${capacity === 1 ? "is" : "are"} kept; tcp_syncookies is ${cookies ?? "unknown"}${refused === 0 ? "" : `; ${shared === 0 ? "" : "about "}${count(refused, "SYN")} dropped for it`}`,
    counters: pick(window?.counters ?? {}, ["TCPReqQFullDrop", "TCPReqQFullDoCookies"]),
    remedy: makeRoomForRequests(facts),
  });
}

/**
 * The accept queue is tested after the SYN queue, for a SYN that is to be answered by a cookie too.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
function whatHappensToSyns({ listener, namespace }: LiveFacts): string {
  if (namespace.sysctls.tcp_syncookies === 0) return "further SYNs are dropped";
  if (isFull(listener)) return "further SYNs are dropped, since the accept queue is full too";
  return "further SYNs are answered by cookies";
}

/** Who fills it is known, and a longer one would not help. */
function isExplained(facts: LiveFacts): boolean {
  const isByLimit = isLimitZero(facts) && limitTooSmall(facts) !== null;
  return isByLimit || isFlood(facts) || isCrowdedByDeferred(facts);
}

/** A larger backlog makes the queue longer, unless the rule of the last quarter is what cuts it short. */
function makeRoomForRequests(facts: LiveFacts): string[] {
  const { listener, namespace } = facts;
  const { tcp_syncookies: cookies, tcp_max_syn_backlog: most } = namespace.sysctls;
  const cutTo = keptByLastQuarter(facts);
  return [
    ...(isFull(listener) ? acceptFaster(facts) : []),
    ...(cookies === 0 && cutTo === null ? sysctlLines(facts, "net.ipv4.tcp_syncookies", 1) : []),
    ...(cutTo === null || most === null
      ? raiseLimit(facts)
      : sysctlLines(facts, "net.ipv4.tcp_max_syn_backlog", most * 4)),
    ...(cookies === 0 && cutTo !== null ? sysctlLines(facts, "net.ipv4.tcp_syncookies", 1) : []),
  ];
}

/** Cookies are counted by namespace only, so the listeners that may have sent them are those with a filling SYN queue. */
export function synCookiesSent(facts: LiveFacts): Finding | null {
  const { listener, namespace, window } = facts;
  const sent = window?.counters["SyncookiesSent"] ?? 0;
  if (window === null || sent === 0 || listener.protocol === "unix") return null;
  if (isFlood(facts) || isCrowdedByDeferred(facts)) return null;
  const isAlways = namespace.sysctls.tcp_syncookies === 2;
  const { capacity } = listener.synQueue;
  if (!isAlways && capacity !== null && (window.synLengthMost ?? capacity) < capacity) return null;
  return makeFinding("syn-cookies-sent", {
    severity: isAlways ? "info" : "warning",
    title: `${count(sent, "SYN cookie")} sent in ${timeText(window.durationMs)}${isAlways ? ", as tcp_syncookies = 2 asks for" : ""}.`,
    evidence: `SyncookiesSent rose by ${sent} in this namespace; this listener had up to ${window.synLengthMost ?? "?"} of ${capacity ?? "?"} requests`,
    counters: pick(window.counters, [
      "SyncookiesSent",
      "SyncookiesRecv",
      "SyncookiesFailed",
      "TCPReqQFullDoCookies",
    ]),
    remedy: isAlways ? sysctlLines(facts, "net.ipv4.tcp_syncookies", 1) : raiseLimit(facts),
  });
}

/**
 * How many requests of peers not met before the rule of the last quarter admits. Null where it does not decide: with cookies
 * on, and where the SYN queue, which is tested first, is full no later.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
function keptByLastQuarter({ listener, namespace, machine }: LiveFacts): number | null {
  const { tcp_syncookies: cookies, tcp_max_syn_backlog: most } = namespace.sysctls;
  if (cookies !== 0 || most === null) return null;
  const admitted = admittedByLastQuarter(most);
  const test = synQueueTestOf(machine?.kernelVersion ?? "") ?? ">";
  return capacityOf(test, listener.acceptQueue.limit) <= admitted ? null : admitted;
}

/** Drops that neither queue explains, while as many requests wait as the rule admits. */
export function lastQuarterDrops(facts: LiveFacts): Finding | null {
  const { namespace, window } = facts;
  const { tcp_max_syn_backlog: most } = namespace.sysctls;
  const admitted = keptByLastQuarter(facts);
  if (window === null || most === null || admitted === null) return null;
  const other = window.refused.other.own + window.refused.other.shared;
  const requests = window.synLengthMost ?? 0;
  if (other === 0 || requests < admitted) return null;
  return makeFinding("last-quarter-drops", {
    title: `${count(other, "SYN")} dropped by the rule of the last quarter of tcp_max_syn_backlog.`,
    evidence: `${count(requests, "request")} wait; with tcp_syncookies = 0 and tcp_max_syn_backlog = ${most} only ${admitted} of unknown peers are admitted`,
    counters: pick(window.counters, ["ListenDrops", "ListenOverflows", "TCPReqQFullDrop"]),
    remedy: [
      ...sysctlLines(facts, "net.ipv4.tcp_syncookies", 1),
      ...sysctlLines(facts, "net.ipv4.tcp_max_syn_backlog", most * 4),
    ],
  });
}

/**
 * A cookie's final ACK at a full accept queue leaves nothing at the server. With tcp_syncookies = 2 every connection comes
 * by a cookie, so if there are as many connections as cookies, none was refused: the overflows were SYNs.
 *
 * @kernel net/ipv4/syncookies.c cookie_v4_check() v6.18
 */
export function silentClientAfterCookie(facts: LiveFacts): Finding | null {
  const { window, namespace, listener } = facts;
  if (window === null) return null;
  const answered = window.counters["SyncookiesRecv"] ?? 0;
  const refused = window.refused["accept-queue-full"].own + window.refused["accept-queue-full"].shared;
  if (answered === 0 || refused === 0 || window.lengthMost < listener.acceptQueue.capacity) return null;
  const surely = answered - (window.counters["PassiveOpens"] ?? 0);
  if (namespace.sysctls.tcp_syncookies === 2 && surely <= 0) return null;
  return makeFinding("silent-client-after-cookie", {
    title: "Some clients may believe that they are connected, while the server does not know them.",
    evidence: `${count(answered, "final ACK")} carried a SYN cookie while the accept queue was full${surely > 0 ? `, and at least ${surely} made no connection` : ""}; a refused one is forgotten and never answered`,
    counters: pick(window.counters, ["SyncookiesRecv", "PassiveOpens", "ListenOverflows"]),
    remedy: [
      ...acceptFaster(facts),
      ...raiseLimit(facts),
      "at the clients: TCP keepalive, or a deadline for the first answer; they learn nothing otherwise",
    ],
  });
}
