/**
 * What each rule of `KernelRules` is about, in words, and the kernel function that holds it: for comparisons of eras and for
 * the table of rules.
 *
 * @module
 */
import type { KernelRules } from "./rules.ts";

/** The name of a rule that eras differ in. */
export type RuleField = Exclude<keyof KernelRules, "name">;

/** One rule in words. */
export interface RuleWords {
  /** The end of a sentence that begins with "They differ in". */
  readonly about: string;
  /** Where the kernel decides it: file and function. */
  readonly where: string;
}

const TABLE = "net/core/request_sock.c reqsk_queue_alloc()";
const CONN_REQUEST = "net/ipv4/tcp_input.c tcp_conn_request()";
const CHECK_REQ = "net/ipv4/tcp_minisocks.c tcp_check_req()";
const TIMER = "net/ipv4/inet_connection_sock.c reqsk_timer_handler()";

export const RULE_WORDS: Readonly<Record<RuleField, RuleWords>> = {
  limitBits: {
    about: "the width of the limit in struct sock: with 16 bits 65536 becomes 0",
    where: "include/net/sock.h sk_max_ack_backlog",
  },
  somaxconnDefault: {
    about: "what net.core.somaxconn is in a new namespace",
    where: "net/core/net_namespace.c preinit_net_sysctl()",
  },
  syncookiesDefault: {
    about: "whether SYN cookies are on from the start",
    where: "net/ipv4/tcp_ipv4.c tcp_sk_init()",
  },
  synQueueBound: { about: "what bounds the SYN queue: a table of its own size, or the limit", where: TABLE },
  synQueueTest: {
    about: "how many requests the SYN queue keeps: as many as the limit, or one more",
    where: "include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full()",
  },
  acceptQueueTest: {
    about: "how many connections the accept queue keeps: as many as the limit, or one more",
    where: "include/net/sock.h sk_acceptq_is_full()",
  },
  youngRequestsThatExcuse: {
    about:
      "whether a SYN that meets a full accept queue is refused at once, or only beside other young requests",
    where: CONN_REQUEST,
  },
  countsRefusedSyns: { about: "whether a refused SYN is counted at all", where: CONN_REQUEST },
  countsSynQueueFull: {
    about: "whether TCPReqQFullDrop and TCPReqQFullDoCookies exist",
    where: "net/ipv4/tcp_input.c tcp_syn_flood_action()",
  },
  countsListenerDrops: {
    about: "whether a listener counts its own drops",
    where: "include/net/tcp.h tcp_listendrop()",
  },
  dropsPerSwallowedPacket: {
    about: "what a packet that a request swallows adds to the listener's drops",
    where: "net/ipv4/tcp_ipv4.c tcp_v4_rcv()",
  },
  cookieCountsAsDrop: {
    about: "whether ListenDrops rises with each cookie that is sent",
    where: CONN_REQUEST,
  },
  hasUnconditionalCookies: {
    about: "whether tcp_syncookies 2 answers every SYN with a cookie",
    where: CONN_REQUEST,
  },
  cookieLifetimeMinutes: {
    about: "how long a cookie is good",
    where: "net/ipv4/syncookies.c check_tcp_syn_cookie()",
  },
  cookieStampMs: {
    about: "for how long after the last cookie an ACK is taken for a cookie's",
    where: "include/net/tcp.h tcp_synq_no_recent_overflow()",
  },
  cookieMssPlaces: {
    about: "how many sizes of the client's MSS a cookie can tell apart",
    where: "net/ipv4/syncookies.c msstab",
  },
  countsFailedWithoutStamp: {
    about: "whether SyncookiesFailed rises also when no cookie was sent for long",
    where: "net/ipv4/syncookies.c cookie_v4_check()",
  },
  sharesCookieStamp: {
    about: "whether the members of a SO_REUSEPORT group share the moment of the last cookie",
    where: "include/net/tcp.h tcp_synq_overflow()",
  },
  lastShare: {
    about: "what part of tcp_max_syn_backlog is kept for proven peers while cookies are off",
    where: CONN_REQUEST,
  },
  requestTimer: {
    about: "whether each request has a timer of its own, or a sweep every 200 ms looks at a part of them",
    where: TIMER,
  },
  firstTimeoutMs: {
    about: "the first timeout of a SYN and of a SYN+ACK",
    where: "include/net/tcp.h TCP_TIMEOUT_INIT",
  },
  pruneBound: {
    about: "whether pruning begins at half of the limit, or at half of the table",
    where: TIMER,
  },
  pruneFloor: { about: "below how many requests nothing is pruned", where: TIMER },
  pruneLeastRetries: { about: "how many resends pruning leaves at least", where: TIMER },
  duplicateSynRestartsTimer: { about: "whether a SYN that comes again restarts the timer", where: CHECK_REQ },
  limitsDuplicateSyns: {
    about: "whether answers to a SYN that comes again are limited in rate",
    where: "net/ipv4/tcp_input.c __tcp_oow_rate_limited()",
  },
  challengesResets: {
    about: "whether a reset that is in the window and not exact ends a request, or is challenged",
    where: CHECK_REQ,
  },
  requestsOutliveListener: {
    about: "whether requests outlive the listener's close()",
    where: "net/ipv4/inet_connection_sock.c inet_csk_listen_stop()",
  },
  countsSynAckTimer: {
    about: "whether a request's timer counts in TCPTimeouts and RetransSegs",
    where: TIMER,
  },
  countsSynRetrans: {
    about: "whether TCPSynRetrans exists",
    where: "net/ipv4/tcp_output.c tcp_rtx_synack()",
  },
  hasFastOpen: {
    about: "whether a server can do TCP Fast Open",
    where: "net/ipv4/tcp_fastopen.c tcp_try_fastopen()",
  },
  linearTimeoutsDefault: {
    about: "whether the first resends of a SYN come at equal gaps",
    where: "net/ipv4/tcp_timer.c tcp_retransmit_timer()",
  },
  hurriesSynAfterWrongAck: {
    about: "whether a SYN that is answered by a wrong ACK number goes again at once",
    where: "net/ipv4/tcp_input.c tcp_rcv_synsent_state_process()",
  },
  synRetriesDefault: {
    about: "how often a SYN is sent again",
    where: "net/ipv4/tcp_timer.c tcp_write_timeout()",
  },
  hasTailLossProbe: {
    about: "whether unanswered data is probed once before its first timeout",
    where: "net/ipv4/tcp_output.c tcp_schedule_loss_probe()",
  },
  challengesSyns: {
    about: "whether a client counts and limits its answers to a SYN+ACK that comes again",
    where: "net/ipv4/tcp_input.c tcp_validate_incoming()",
  },
  hasCoarseTimerWheel: {
    about: "how late a timer fires: at the next tick, or the later the longer it runs",
    where: "kernel/time/timer.c calc_wheel_index()",
  },
  finWaitsForWindow: {
    about: "whether a FIN waits for the congestion window while data is sent again",
    where: "net/ipv4/tcp_output.c tcp_cwnd_test()",
  },
  leastRtoMs: {
    about: "the least retransmission timeout of data",
    where: "include/net/tcp.h TCP_RTO_MIN",
  },
};

/** The rules in which two kernels differ, in the order of the table. */
export function differingRules(one: KernelRules, other: KernelRules): RuleField[] {
  return (Object.keys(RULE_WORDS) as RuleField[]).filter((field) => one[field] !== other[field]);
}
