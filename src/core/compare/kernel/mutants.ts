/**
 * Rules changed one at a time, as data: a comparison that accepts one of them as the running kernel cannot fail.
 *
 * @module
 */
import type { KernelRules } from "../../model/index.ts";

/** One change of one rule. */
export interface Mutant {
  readonly name: string;
  readonly change: Partial<Omit<KernelRules, "name">>;
}

/** What is changed about the rules of a kernel of era 6.14. */
export const MUTANTS: readonly Mutant[] = [
  { name: "the SYN queue is full at the limit", change: { synQueueTest: ">=" } },
  { name: "the accept queue is full at the limit", change: { acceptQueueTest: ">=" } },
  { name: "young requests excuse a SYN", change: { youngRequestsThatExcuse: 1 } },
  { name: "refused SYNs are not counted", change: { countsRefusedSyns: false } },
  { name: "a full SYN queue is not counted", change: { countsSynQueueFull: false } },
  { name: "a swallowed packet is no drop", change: { dropsPerSwallowedPacket: 0 } },
  { name: "a cookie counts as a drop", change: { cookieCountsAsDrop: true } },
  { name: "tcp_syncookies = 2 is as 1", change: { hasUnconditionalCookies: false } },
  { name: "the last half instead of the last quarter", change: { lastShare: 2 } },
  { name: "the last eighth instead of the last quarter", change: { lastShare: 8 } },
  { name: "the first timeout is 3 s", change: { firstTimeoutMs: 3000 } },
  { name: "the first timeout is 900 ms", change: { firstTimeoutMs: 900 } },
  { name: "pruning never begins", change: { pruneFloor: 1_000_000 } },
  { name: "pruning begins earlier", change: { pruneFloor: 4 } },
  { name: "pruning leaves one resend", change: { pruneLeastRetries: 1 } },
  { name: "pruning leaves three resends", change: { pruneLeastRetries: 3 } },
  { name: "a duplicate SYN leaves the timer alone", change: { duplicateSynRestartsTimer: false } },
  { name: "duplicate SYNs are not limited", change: { limitsDuplicateSyns: false } },
  { name: "the SYN+ACK timer is not counted", change: { countsSynAckTimer: false } },
  { name: "TCPSynRetrans is not counted", change: { countsSynRetrans: false } },
  { name: "no server does Fast Open", change: { hasFastOpen: false } },
  { name: "cookies are not asked for after 1 s", change: { cookieStampMs: 1000 } },
  { name: "a cookie tells eight sizes apart", change: { cookieMssPlaces: 8 } },
  { name: "an ACK long after the last cookie counts", change: { countsFailedWithoutStamp: true } },
  {
    name: "each member of a group keeps its own moment of the last cookie",
    change: { sharesCookieStamp: false },
  },
  { name: "requests go with their listener", change: { requestsOutliveListener: false } },
  { name: "one sweep instead of a timer per request", change: { requestTimer: "sweep" } },
];

/** The mutants of a kernel: those, and the one that turns its own way of treating resets round. */
export function mutantsOf(rules: KernelRules): readonly Mutant[] {
  const change = { challengesResets: !rules.challengesResets };
  return [...MUTANTS, { name: "resets are treated the other way", change }];
}

/**
 * Changes of the client's rules, which only the endings tell. Not among them are those that change no ending: whether a SYN is
 * hurried, and what the client's own namespace counts.
 */
const CLIENT_MUTANTS: readonly Mutant[] = [
  { name: "a SYN's first timeouts double", change: { linearTimeoutsDefault: 0 } },
  { name: "a SYN goes again once", change: { synRetriesDefault: 1 } },
  { name: "unanswered data is not probed for", change: { hasTailLossProbe: false } },
  { name: "unanswered data waits for 400 ms at least", change: { leastRtoMs: 400 } },
  { name: "timers are exact to the tick", change: { hasCoarseTimerWheel: false } },
];

/** The client's, and the one that turns its own way of sending a FIN round. */
export function clientMutantsOf(rules: KernelRules): readonly Mutant[] {
  const change = { finWaitsForWindow: !rules.finWaitsForWindow };
  return [...CLIENT_MUTANTS, { name: "a FIN meets the window the other way", change }];
}
