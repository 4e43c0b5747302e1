/**
 * The kernel's counters that a listening socket and its requests touch, by the names in `/proc/net/netstat` and
 * `/proc/net/snmp`. What raises them is the model's; reading them is system/linux/proc's.
 *
 * @module
 */

/** Counter values by the kernel's own name, such as `ListenOverflows`; null where this kernel has none of that name. */
export type Counters = Readonly<Record<string, number | null>>;

/** Those of `/proc/net/snmp`, which nstat calls Tcp…; the others are of `/proc/net/netstat`, TcpExt… */
const OF_SNMP: readonly string[] = [
  "PassiveOpens",
  "ActiveOpens",
  "AttemptFails",
  "EstabResets",
  "RetransSegs",
  "OutRsts",
];

/** A counter's name as nstat has it, such as `TcpExtListenOverflows`. */
export function nstatName(name: string): string {
  return `${OF_SNMP.includes(name) ? "Tcp" : "TcpExt"}${name}`;
}

/** The names of the counters. */
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
