/**
 * The counters of one network namespace that the listening socket and its requests touch, by the kernel's own names.
 *
 * @module
 */

const NAMES = [
  "ListenOverflows",
  "ListenDrops",
  "TCPReqQFullDrop",
  "TCPReqQFullDoCookies",
  "SyncookiesSent",
  "SyncookiesRecv",
  "SyncookiesFailed",
  "EmbryonicRsts",
  "TCPDeferAcceptDrop",
  "TCPTimeouts",
  "TCPSynRetrans",
  "TCPACKSkippedSynRecv",
  "TCPChallengeACK",
  "TCPSYNChallenge",
  "TCPFastOpenPassive",
  "TCPFastOpenPassiveFail",
  "TCPFastOpenListenOverflow",
  "TCPFastOpenCookieReqd",
  "PassiveOpens",
  "ActiveOpens",
  "AttemptFails",
  "EstabResets",
  "RetransSegs",
  "OutRsts",
] as const;

/** The name of a counter. */
export type CounterName = (typeof NAMES)[number];

/** All of them; mutable, since an event counts. */
export type Counters = Record<CounterName, number>;

/** All at 0. */
export function zeroCounters(): Counters {
  return Object.fromEntries(NAMES.map((name) => [name, 0])) as Counters;
}
