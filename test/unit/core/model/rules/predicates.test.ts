import { describe, expect, it } from "vitest";
import { Fifo } from "../../../../../src/core/model/host/fifo.ts";
import type { ModelSegment } from "../../../../../src/core/model/host/model-segment.ts";
import type { Child, Listener, Request, SentCookie } from "../../../../../src/core/model/host/state.ts";
import { rulesOf, withRules } from "../../../../../src/core/model/index.ts";
import { defaultSysctls } from "../../../../../src/core/model/rules/model-sysctls.ts";
import * as predicates from "../../../../../src/core/model/rules/predicates.ts";
import { parseTcpFlags } from "../../../../../src/core/wire/packet/tcp-flags.ts";

const asked = new Set<string | symbol>();
/** The predicates, with a record of which of them the tests below ask. */
const ask = new Proxy(predicates, {
  get(target, name, receiver) {
    asked.add(name);
    return Reflect.get(target, name, receiver);
  },
});

const newest = rulesOf("6.14");
const old = rulesOf("3.10");
const sysctls = defaultSysctls(newest);
const waiting = (count: number) => new Fifo(Array.from({ length: count }, () => child({})));

function child(parts: Partial<Child>): Child {
  return {
    peer: "client",
    listener: "web",
    rcvIsn: 100,
    sndNxt: 1,
    rcvNxt: 101,
    state: "ESTABLISHED",
    isAccepted: false,
    holdsFastOpenPlace: false,
    bytes: 0,
    ...parts,
  };
}

function listener(parts: Partial<Listener>): Listener {
  return {
    name: "web",
    endpoint: "server",
    isListening: true,
    backlog: 4,
    limit: 4,
    tableSize: 16,
    hand: 0,
    sweepDueMs: null,
    qlen: 0,
    young: 0,
    drops: 0,
    deferRounds: 0,
    fastOpenMost: 0,
    fastOpenLength: 0,
    lastCookieAtMs: null,
    acceptQueue: waiting(0),
    ...parts,
  };
}

function request(parts: Partial<Request>): Request {
  return {
    peer: "client",
    listener: listener({}),
    rcvIsn: 100,
    sntIsn: 500,
    numTimeout: 0,
    dueMs: 1000,
    acked: false,
    lastOddAnswerAtMs: null,
    bucket: 0,
    ...parts,
  };
}

function segment(flags: string, parts: Partial<ModelSegment> = {}): ModelSegment {
  return {
    from: "client",
    to: "server",
    flags: parseTcpFlags(flags),
    seq: 101,
    ack: 501,
    length: 0,
    ...parts,
  };
}

const cookie: SentCookie = { isn: 500, clientIsn: 100, minute: 0, mssPlace: 3 };
const challenging = withRules(newest, { challengesResets: true });
const deferring = (deferRounds: number) => listener({ deferRounds });

/** Each question with a case that is so, and beside it one that is not. */
const QUESTIONS: readonly (readonly [string, boolean, boolean])[] = [
  [
    "the SYN queue is full above the limit",
    ask.isSynQueueFull(newest, listener({ qlen: 5 })),
    ask.isSynQueueFull(newest, listener({ qlen: 4 })),
  ],
  [
    "of a 3.10 it is full when its table is",
    ask.isSynQueueFull(old, listener({ qlen: 16 })),
    ask.isSynQueueFull(old, listener({ qlen: 15 })),
  ],
  [
    "of a 4.4 it is full at the limit",
    ask.isSynQueueFull(rulesOf("4.4"), listener({ qlen: 4 })),
    ask.isSynQueueFull(rulesOf("4.4"), listener({ qlen: 3 })),
  ],
  [
    "the accept queue holds one more than the limit",
    ask.isAcceptQueueFull(newest, listener({ acceptQueue: waiting(5) })),
    ask.isAcceptQueueFull(newest, listener({ acceptQueue: waiting(4) })),
  ],
  [
    "a SYN meets a full accept queue, on an old kernel only beside young requests",
    ask.refusesSynForAcceptQueue(old, listener({ acceptQueue: waiting(5), young: 2 })),
    ask.refusesSynForAcceptQueue(old, listener({ acceptQueue: waiting(5), young: 1 })),
  ],
  [
    "every SYN gets a cookie",
    ask.sendsCookiesAlways(newest, { ...sysctls, syncookies: 2 }),
    ask.sendsCookiesAlways(old, { ...sysctls, syncookies: 2 }),
  ],
  [
    "the last quarter is kept",
    ask.isLastQuarter(newest, { ...sysctls, syncookies: 0, maxSynBacklog: 16 }, listener({ qlen: 13 })),
    ask.isLastQuarter(newest, { ...sysctls, syncookies: 0, maxSynBacklog: 16 }, listener({ qlen: 12 })),
  ],
  [
    "the last quarter is no matter with cookies",
    ask.isLastQuarter(newest, { ...sysctls, syncookies: 0, maxSynBacklog: 16 }, listener({ qlen: 16 })),
    ask.isLastQuarter(newest, { ...sysctls, syncookies: 1, maxSynBacklog: 16 }, listener({ qlen: 16 })),
  ],
  [
    "a SYN comes again",
    ask.isDuplicateSyn(segment("S", { seq: 100 }), request({})),
    ask.isDuplicateSyn(segment("S", { seq: 101 }), request({})),
  ],
  [
    "an answer is too soon after the last",
    ask.isRateLimited(newest, sysctls, 1000, 1499),
    ask.isRateLimited(newest, sysctls, 1000, 1500),
  ],
  [
    "a segment is in the window",
    ask.isInWindow(segment(".", { seq: 101 }), request({})),
    ask.isInWindow(segment(".", { seq: 100 }), request({})),
  ],
  [
    "data that begins before the window reaches into it",
    ask.isInWindow(segment("P.", { seq: 100, length: 2 }), request({})),
    ask.isInWindow(segment("P.", { seq: 101 + 65_536, length: 2 }), request({})),
  ],
  [
    "an ACK is of something else",
    ask.acknowledgesElse(newest, segment(".", { ack: 502 }), request({})),
    ask.acknowledgesElse(newest, segment(".", { ack: 501 }), request({})),
  ],
  [
    "a reset's ACK number matters where resets are not challenged",
    ask.acknowledgesElse(newest, segment("R.", { ack: 502 }), request({})),
    ask.acknowledgesElse(challenging, segment("R.", { ack: 502 }), request({})),
  ],
  [
    "a SYN is not the request's own",
    ask.isStraySyn(segment("S", { seq: 300 }), request({})),
    ask.isStraySyn(segment("S", { seq: 100 }), request({})),
  ],
  [
    "a reset is not believed",
    ask.challengesReset(challenging, segment("R", { seq: 102 }), request({})),
    ask.challengesReset(challenging, segment("R", { seq: 101 }), request({})),
  ],
  [
    "a bare ACK is passed by while TCP_DEFER_ACCEPT waits",
    ask.defersBareAck(segment("."), request({ listener: deferring(2), numTimeout: 1 })),
    ask.defersBareAck(segment("."), request({ listener: deferring(2), numTimeout: 2 })),
  ],
  [
    "data is not passed by",
    ask.defersBareAck(segment("."), request({ listener: deferring(2) })),
    ask.defersBareAck(segment("P.", { length: 1 }), request({ listener: deferring(2) })),
  ],
  [
    "requests crowd the queue",
    ask.isCrowded(newest, listener({ qlen: 5 })),
    ask.isCrowded(newest, listener({ qlen: 4 })),
  ],
  [
    "of a 3.10 they crowd half a table",
    ask.isCrowded(old, listener({ qlen: 8 })),
    ask.isCrowded(old, listener({ qlen: 7 })),
  ],
  [
    "a request has been resent often enough",
    ask.isExpired(request({ numTimeout: 5 }), 5),
    ask.isExpired(request({ numTimeout: 4 }), 5),
  ],
  [
    "with TCP_DEFER_ACCEPT an acknowledged one lives on",
    ask.isExpired(request({ numTimeout: 2, listener: deferring(3) }), 2),
    ask.isExpired(request({ numTimeout: 2, listener: deferring(3), acked: true }), 2),
  ],
  [
    "the timer resends",
    ask.resendsSynAck(request({ listener: deferring(3), acked: true, numTimeout: 2 })),
    ask.resendsSynAck(request({ listener: deferring(3), acked: true, numTimeout: 1 })),
  ],
  [
    "an ACK may be a cookie's for two minutes",
    ask.asksForCookie(newest, sysctls, 0, 120_000),
    ask.asksForCookie(newest, sysctls, 0, 120_001),
  ],
  [
    "no ACK is one where none was sent",
    ask.asksForCookie(newest, sysctls, 0, 0),
    ask.asksForCookie(newest, sysctls, null, 0),
  ],
  [
    "a cookie fits with both numbers equally further",
    ask.fitsCookie(newest, segment(".", { seq: 601, ack: 1001 }), cookie),
    ask.fitsCookie(newest, segment(".", { seq: 601, ack: 1002 }), cookie),
  ],
  [
    "a cookie fits another size of the table",
    ask.fitsCookie(newest, segment(".", { ack: 498 }), cookie),
    ask.fitsCookie(newest, segment(".", { ack: 497 }), cookie),
  ],
  [
    "a cookie is fresh",
    ask.isFreshCookie(newest, cookie, 119_999),
    ask.isFreshCookie(newest, cookie, 120_000),
  ],
  [
    "on a 3.10 it lasts longer",
    ask.isFreshCookie(old, cookie, 239_999),
    ask.isFreshCookie(old, cookie, 240_000),
  ],
  [
    "a closed listener's child is reset",
    ask.needsReset(child({})),
    ask.needsReset(child({ state: "CLOSE" })),
  ],
  [
    "a reset ends a connection",
    ask.isExactReset(segment("R"), child({})),
    ask.isExactReset(segment("R", { seq: 100 }), child({})),
  ],
  [
    "after a FIN also with the number before",
    ask.isExactReset(segment("R", { seq: 100 }), child({ state: "CLOSE_WAIT" })),
    ask.isExactReset(segment("R", { seq: 99 }), child({ state: "CLOSE_WAIT" })),
  ],
  [
    "there is a place for Fast Open",
    ask.hasFastOpenPlace(listener({ fastOpenMost: 2, fastOpenLength: 1 })),
    ask.hasFastOpenPlace(listener({ fastOpenMost: 2, fastOpenLength: 2 })),
  ],
  [
    "the server does Fast Open",
    ask.servesFastOpen(newest, { ...sysctls, fastopen: 3 }, listener({ fastOpenMost: 1 })),
    ask.servesFastOpen(newest, { ...sysctls, fastopen: 1 }, listener({ fastOpenMost: 1 })),
  ],
];

describe("the kernel's questions", () => {
  it.each(QUESTIONS)("%s", (_question, isSo, isNotSo) => {
    expect([isSo, isNotSo]).toEqual([true, false]);
  });

  it("count minutes of the cookie clock, and places of the usual MSS", () => {
    expect([59_999, 60_000].map(ask.cookieMinute)).toEqual([0, 1]);
    const places = ["192.0.2.1:1", "[2001:db8::1]:1"].map((from) =>
      [newest, old].map((rules) => ask.cookieMssPlace(rules, segment("S", { from }))),
    );
    expect(places).toEqual([
      [3, 5],
      [2, 5],
    ]);
  });

  it("are all asked here", () => {
    expect(Object.keys(predicates).filter((name) => !asked.has(name))).toEqual([]);
  });
});
