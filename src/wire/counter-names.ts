/**
 * The kernel's counters that a listening socket and its requests touch, by the names in `/proc/net/netstat` and
 * `/proc/net/snmp`. What raises them is the model's; reading them is linux/counters.ts's.
 *
 * @module
 */
export const LISTENER_COUNTERS = [
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
