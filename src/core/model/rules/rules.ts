/**
 * The rules of the listening socket as plain data: what a kernel does differently from another one, and nothing that all
 * of them do alike. A mutant or a probed kernel is a copy of a row with one value changed. Which era has which values is
 * written in eras.ts.
 *
 * @module
 */

/** How a length is compared with a limit before something is refused: `>` keeps limit + 1, `>=` keeps limit. */
export type FullTest = ">" | ">=";

/** One kernel's variants of the rules. */
export interface KernelRules {
  /** Such as `"6.14"`, or `"6.14 with synQueueTest >="`. */
  readonly name: string;
  /** Width of `sk_max_ack_backlog` in struct sock: unsigned short up to 4.0. */
  readonly limitBits: 16 | 32;
  /** What net.core.somaxconn is in a new namespace: 128, since 5.4 4096. */
  readonly somaxconnDefault: number;
  /** What net.ipv4.tcp_syncookies is at first: 0 up to 2.6.32, then 1. */
  readonly syncookiesDefault: number;
  /** What bounds the SYN queue: a hash table of its own size (up to 4.3), or the limit. */
  readonly synQueueBound: "table" | "limit";
  /** How qlen is compared with the limit; of no meaning where a table bounds it. */
  readonly synQueueTest: FullTest;
  /** How the accept queue's length is compared with the limit: `>` in every tree. */
  readonly acceptQueueTest: FullTest;
  /** A SYN meets the accept queue's test only while more than this many requests are young; -1 (since 4.10): always. */
  readonly youngRequestsThatExcuse: number;
  /** Whether a SYN that the accept queue or a rule refuses is counted at all (since 3.10). */
  readonly countsRefusedSyns: boolean;
  /** Whether TCPReqQFullDrop and TCPReqQFullDoCookies exist. */
  readonly countsSynQueueFull: boolean;
  /** Whether a listener has a drop counter of its own, `sk_drops`. */
  readonly countsListenerDrops: boolean;
  /** What a packet that a request swallows adds to `sk_drops`, besides what a refusal adds. */
  readonly dropsPerSwallowedPacket: number;
  /** Whether ListenDrops rises with every SYN cookie that is sent (3.10 to 4.4). */
  readonly cookieCountsAsDrop: boolean;
  /** Whether tcp_syncookies = 2 answers every SYN with a cookie. */
  readonly hasUnconditionalCookies: boolean;
  /** For how many ticks of the cookie clock a cookie is good. */
  readonly cookieLifetimeMinutes: number;
  /** For how long after the last cookie an ACK is taken for a cookie's at all. */
  readonly cookieStampMs: number;
  /** How many sizes of the client's MSS a cookie can tell apart. */
  readonly cookieMssPlaces: 4 | 8;
  /** Whether SyncookiesFailed rises also when no cookie was sent for long. */
  readonly countsFailedWithoutStamp: boolean;
  /** Whether the members of a SO_REUSEPORT group share the moment of the last cookie. */
  readonly sharesCookieStamp: boolean;
  /** How much of tcp_max_syn_backlog is kept for proven peers while cookies are off: one in this many. */
  readonly lastShare: number;
  /** A timer per request, or one sweep of the listener every 200 ms (up to 4.1). */
  readonly requestTimer: "own" | "sweep";
  /** The first timeout of a SYN+ACK, in milliseconds; also the client's of a SYN. */
  readonly firstTimeoutMs: number;
  /** Whether pruning compares with the limit (since 4.4) or with the table. */
  readonly pruneBound: "table" | "limit";
  /** No pruning while twice qlen is at most this, however small the limit. */
  readonly pruneFloor: number;
  /** Pruning leaves at least this many resends. */
  readonly pruneLeastRetries: number;
  /** Whether a duplicate SYN restarts the timer. */
  readonly duplicateSynRestartsTimer: boolean;
  /** Whether net.ipv4.tcp_invalid_ratelimit exists: at most one answer to a duplicate SYN in that time. */
  readonly limitsDuplicateSyns: boolean;
  /** Whether a reset that is in the window but not exact is challenged and the request survives. */
  readonly challengesResets: boolean;
  /** Whether requests outlive the listener's close() until their next packet or timer. */
  readonly requestsOutliveListener: boolean;
  /** Whether TCPTimeouts and RetransSegs rise when a request's timer fires (since 2.6.34). */
  readonly countsSynAckTimer: boolean;
  /** Whether TCPSynRetrans exists. */
  readonly countsSynRetrans: boolean;
  /** Whether a server can do TCP Fast Open (since 3.7). */
  readonly hasFastOpen: boolean;
  /** How often tcp_syn_linear_timeouts lets a SYN go at equal gaps at first; 0 where the sysctl does not exist. */
  readonly linearTimeoutsDefault: number;
  /** Whether a SYN that is answered by a wrong ACK number goes again after two ticks. */
  readonly hurriesSynAfterWrongAck: boolean;
  /** What net.ipv4.tcp_syn_retries is at first. */
  readonly synRetriesDefault: number;
  /** Whether unanswered data is probed once before its first timeout (tail-loss probe, since 3.10, on by default). */
  readonly hasTailLossProbe: boolean;
  /** Whether an ESTABLISHED client answers a resent SYN+ACK by a challenge ACK that is counted and limited. */
  readonly challengesSyns: boolean;
  /** Whether timers are rounded up the more the longer they run (since 4.8); before, they were exact to the tick. */
  readonly hasCoarseTimerWheel: boolean;
  /** Whether a FIN waits while as much is under way as the congestion window lets, as data does (since 6.10); before, it left at once. */
  readonly finWaitsForWindow: boolean;
  /** The least retransmission timeout of data, in milliseconds. */
  readonly leastRtoMs: number;
}

/** The rules with some of them changed, and a name that says which. */
export function withRules(rules: KernelRules, changes: Partial<Omit<KernelRules, "name">>): KernelRules {
  const differing = Object.entries(changes).filter(
    ([rule, value]) => rules[rule as keyof KernelRules] !== value,
  );
  if (differing.length === 0) return rules;
  const words = differing.map(([rule, value]) => `${rule} ${String(value)}`).join(", ");
  return { ...rules, ...changes, name: `${rules.name} with ${words}` };
}
