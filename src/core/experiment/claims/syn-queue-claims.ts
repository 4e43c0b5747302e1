/**
 * Claims about the SYN queue of listeners whose clients never finish a handshake: what it keeps, and what becomes of the rest.
 * Whether this kernel keeps limit or limit + 1 requests is read off the trace, and has to fit what it did with each SYN.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 * @module
 */
import { admittedByLastQuarter } from "../../model/rules/queue-capacity.ts";
import { type Arrival, counterRise, type QueueSample } from "../../trace/index.ts";
import { conclude, notSeen } from "../conclude-claim.ts";
import type { CheckedClaim, Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

interface Volley {
  readonly syns: readonly Arrival[];
  readonly answered: readonly Arrival[];
  readonly dropped: readonly Arrival[];
  /** Right after the last SYN. */
  readonly last: QueueSample;
  readonly clients: number;
}

function claimAbout(
  id: string,
  listener: string,
  text: string,
  check: (volley: Volley, view: TraceView) => CheckedClaim,
): Claim {
  return {
    id,
    check: (view) => {
      const syns = view.arrivals.filter((arrival) => arrival.listener === listener);
      const lastSyn = syns.at(-1);
      const last = lastSyn === undefined ? null : view.sampleAfterPacket(lastSyn.packet);
      if (last === null) return notSeen(text, "no sample was taken right after the last SYN");
      const answered = syns.filter((arrival) => arrival.outcome === "syn-answered");
      const dropped = syns.filter((arrival) => arrival.outcome === "syn-unanswered");
      const clients = view.scenario.clients.filter((client) => client.listener === listener).length;
      return check({ syns, answered, dropped, last, clients }, view);
    },
  };
}

function fitsRule(kept: number, limit: number): boolean {
  return kept === limit || kept === limit + 1;
}

function allArrived({ syns, clients }: Volley): readonly [boolean, string] {
  return [syns.length === clients, `${syns.length} of ${clients} SYNs are in the trace`];
}

const packetsOf = (arrivals: readonly Arrival[]) => arrivals.map((arrival) => arrival.packet);

/** Cookies off: what does not fit is dropped, and TCPReqQFullDrop counts it. */
export function keepsRequests(listener: string): Claim {
  const text =
    "With SYN cookies off the SYN queue keeps limit or limit + 1 requests, whichever this kernel's rule is, and every other SYN is dropped.";
  return claimAbout("keeps-requests", listener, text, (volley, view) => {
    const { answered, dropped, last, syns } = volley;
    const rise = counterRise(view.trace, "TCPReqQFullDrop");
    return conclude(text, {
      facts: [
        `limit ${last.limit}, ${last.synQueue} requests kept (${last.synQueue === last.limit ? "limit" : "limit + 1"}), ${dropped.length} of ${syns.length} SYNs dropped`,
      ],
      packets: packetsOf(syns),
      samples: [last],
      counters: { TCPReqQFullDrop: rise },
      checks: [
        allArrived(volley),
        [fitsRule(last.synQueue, last.limit), `${last.synQueue} requests are kept at limit ${last.limit}`],
        [
          answered.length === last.synQueue,
          `${answered.length} SYNs were answered, but ${last.synQueue} are kept`,
        ],
        [
          dropped.length > 0 && rise === dropped.length,
          `${dropped.length} SYNs were dropped, TCPReqQFullDrop rose by ${rise}`,
        ],
      ],
    });
  });
}

/** Cookies on: as many are kept, and all the others are answered without being kept. */
export function cookiesWhereItIsFull(listener: string): Claim {
  const text =
    "With SYN cookies on as many are kept, and every other SYN is answered too, by a cookie that leaves nothing behind.";
  return claimAbout("cookies-where-full", listener, text, (volley) => {
    const { answered, last, syns } = volley;
    return conclude(text, {
      facts: [
        `${answered.length} SYNs answered, ${last.synQueue} requests kept at limit ${last.limit}: ${answered.length - last.synQueue} cookies`,
      ],
      packets: packetsOf(syns),
      samples: [last],
      checks: [
        allArrived(volley),
        [answered.length === syns.length, `${syns.length - answered.length} SYNs were not answered`],
        [fitsRule(last.synQueue, last.limit), `${last.synQueue} requests are kept at limit ${last.limit}`],
      ],
    });
  });
}

/** tcp_syncookies 2: nothing is kept at all. */
export function onlyCookies(listener: string): Claim {
  const text = "With tcp_syncookies 2 every SYN is answered by a cookie, and the SYN queue stays empty.";
  return claimAbout("only-cookies", listener, text, (volley, view) => {
    const { answered, last, syns } = volley;
    const sent = counterRise(view.trace, "SyncookiesSent") ?? 0;
    return conclude(text, {
      facts: [
        `${answered.length} SYNs answered, ${last.synQueue} requests kept; SyncookiesSent rose by ${sent} in all`,
      ],
      packets: packetsOf(syns),
      samples: [last],
      counters: { SyncookiesSent: sent },
      checks: [
        allArrived(volley),
        [answered.length === syns.length, `${syns.length - answered.length} SYNs were not answered`],
        [last.synQueue === 0, `${last.synQueue} requests are kept`],
        [sent >= answered.length, `only ${sent} cookies were counted`],
      ],
    });
  });
}

/** Cookies off: a peer that is not known is refused when less than a quarter of tcp_max_syn_backlog would be left. */
export function lastQuarter(listener: string): Claim {
  const text =
    "With SYN cookies off the last quarter of tcp_max_syn_backlog is not for unknown peers, however large the backlog.";
  return claimAbout("last-quarter", listener, text, (volley, view) => {
    const { answered, dropped, last, syns } = volley;
    const most = view.trace.sysctls["net.ipv4.tcp_max_syn_backlog"] ?? 0;
    const admitted = admittedByLastQuarter(most);
    return conclude(text, {
      facts: [
        `tcp_max_syn_backlog ${most}, limit ${last.limit}: ${answered.length} of ${syns.length} SYNs answered, ${last.synQueue} kept`,
      ],
      packets: packetsOf(syns),
      samples: [last],
      checks: [
        allArrived(volley),
        [
          answered.length === admitted && last.synQueue === admitted,
          `${answered.length} were answered and ${last.synQueue} kept, not ${admitted}`,
        ],
        [dropped.length === syns.length - admitted, `${dropped.length} were dropped`],
      ],
    });
  });
}
