/**
 * Beside each claim of the catalogue the traces that violate it: what another kernel, or a broken one, might have done.
 *
 * @module
 */
import type { TracePacket } from "../../../../src/core/trace/index.ts";
import {
  type Change,
  calls,
  counter,
  later,
  packets,
  removed,
  samples,
  sockets,
} from "../../../support/changes.ts";

type Violations = Readonly<Record<string, Readonly<Record<string, Change>>>>;

const isOf = (port: number) => (packet: TracePacket) =>
  packet.from.endsWith(`:${port}`) || packet.to.endsWith(`:${port}`);
const isSynAck = (packet: TracePacket) => packet.flags === "S.";
const firstSynAckLost: Change = (trace) => {
  const first = trace.packets.find(isSynAck);
  return { ...trace, packets: trace.packets.filter((packet) => packet !== first) };
};
const lastSynLost: Change = (trace) => {
  const last = trace.packets.findLast((packet) => packet.flags === "S");
  return { ...trace, packets: trace.packets.filter((packet) => packet !== last) };
};
const repeatsLater = (byMs: number): Change => later((packet) => isSynAck(packet) && packet.at > 900, byMs);
const otherLimit: Change = samples((sample) => ({ ...sample, limit: sample.limit + 1 }));
const otherLength: Change = samples((sample) => ({ ...sample, acceptQueue: sample.acceptQueue + 1 }));
const synQueueLarger: Change = samples((sample) => ({ ...sample, synQueue: sample.synQueue + 2 }));
const state = (host: string, become: string): Change =>
  sockets((row) => (row.host === host && row.state !== "LISTEN" ? { ...row, state: become } : row));
const returned = (call: string, result: number | string): Change =>
  calls((one) => (one.call === call ? { ...one, result } : one));
const off = (name: string) => ({
  "the counter rose by one more": counter(name, 1),
  "the counter rose by one less": counter(name, -1),
});
const reset = (packet: TracePacket): TracePacket => ({
  ...packet,
  number: 990,
  flags: "R",
  at: packet.at + 60,
  arrivedAt: packet.at + 80,
});
const withReset =
  (port: number): Change =>
  (trace) => {
    const synAck = trace.packets.find((packet) => isSynAck(packet) && isOf(port)(packet));
    return synAck === undefined ? trace : { ...trace, packets: [...trace.packets, reset(synAck)] };
  };

/** By experiment, claim, and what is different. */
export const CATALOGUE_VIOLATIONS: Readonly<Record<string, Violations>> = {
  "syn-queue": {
    "keeps-requests": {
      "two more are kept": synQueueLarger,
      "one SYN was answered that was not": firstSynAckLost,
      ...off("TCPReqQFullDrop"),
    },
    "cookies-where-full": { "two more are kept": synQueueLarger, "no cookie was sent": removed(isSynAck) },
    "only-cookies": {
      "requests are kept": synQueueLarger,
      "no SYN was answered": removed(isSynAck),
      "no cookie was counted": counter("SyncookiesSent", -50),
    },
    "last-quarter": {
      "the kernel admits more": (trace) => ({
        ...trace,
        sysctls: { ...trace.sysctls, "net.ipv4.tcp_max_syn_backlog": 64 },
      }),
      "a SYN is missing": lastSynLost,
    },
    "drops-counted": off("ListenDrops"),
  },
  "cookie-overflow": {
    "one-place": { "there are more places": otherLimit, "a SYN was not answered": firstSynAckLost },
    "no-syn-ack-again": {
      "it came again": (trace) => {
        const first = trace.packets.find((packet) => isSynAck(packet) && isOf(40002)(packet));
        return first === undefined
          ? trace
          : { ...trace, packets: [...trace.packets, { ...first, number: 991, at: first.at + 1000 }] };
      },
    },
    "nothing-came-back": { "a reset came": withReset(40002) },
    "silent-client": {
      "the server has a request": (trace) => ({
        ...trace,
        sockets: trace.sockets.map((row) => ({
          ...row,
          local: row.local.replace(":40001", ":40002"),
          remote: row.remote.replace(":40001", ":40002"),
        })),
      }),
      "the client gave up": state("client", "CLOSE"),
    },
    "speaking-client": {
      "the client gave up": state("client", "CLOSE"),
      "the server still has a request": state("server", "SYN_RECV"),
    },
    "overflows-counted": off("ListenOverflows"),
  },
  "half-open-client": {
    "one-too-many": { "there is one place more": otherLimit, "a SYN was not answered": firstSynAckLost },
    "overflows-counted": off("ListenOverflows"),
    "request-ladder": {
      "it came again too late": repeatsLater(500),
      "it came again too early": repeatsLater(-300),
      "it did not come again": removed((packet) => isSynAck(packet) && packet.at > 900),
    },
    "half-open": {
      "the server had made a connection": state("server", "ESTABLISHED"),
      "the client knew": state("client", "CLOSE"),
    },
  },
  "syn-retry-ladder": {
    "syn-ladder": {
      "the last SYN did not come": lastSynLost,
      "the SYNs came later": later((packet) => packet.at > 1500, 400),
      "connect() was refused": returned("SO_ERROR", "ECONNREFUSED"),
      "this kernel doubles from the start": (trace) => ({
        ...trace,
        sysctls: { ...trace.sysctls, "net.ipv4.tcp_syn_linear_timeouts": 0 },
      }),
    },
    "overflows-counted": off("ListenOverflows"),
  },
  "synack-ladder": {
    "synack-ladder": {
      "it came again too late": repeatsLater(500),
      "it came again too early": repeatsLater(-300),
      "it did not come again": removed((packet) => isSynAck(packet) && packet.at > 2000),
    },
    "request-expires": {
      "the server had made a connection": state("server", "ESTABLISHED"),
      "the client knew": state("client", "CLOSE"),
    },
    "repeats-counted": off("TCPSynRetrans"),
  },
  pruning: {
    "prunes-to-half": {
      "none is freed early": samples((sample) => ({ ...sample, synQueue: 8 })),
      "more are freed": (trace) => {
        const last = trace.packets.findLast((packet) => isSynAck(packet) && packet.from.endsWith(":8088"));
        return { ...trace, packets: trace.packets.filter((packet) => packet !== last) };
      },
      "the repeats are late": repeatsLater(600),
    },
    "keeps-all": {
      "one is freed": samples((sample) => ({ ...sample, synQueue: sample.synQueue - 1 })),
      "one is not repeated": (trace) => {
        const last = trace.packets.findLast((packet) => isSynAck(packet) && packet.from.endsWith(":8089"));
        return { ...trace, packets: trace.packets.filter((packet) => packet !== last) };
      },
    },
  },
  relisten: {
    clamped: { "the limit is another": otherLimit },
    unchanged: { "the limit rose at once": otherLimit, "somebody left": otherLength },
    raised: { "the limit is another": otherLimit, "somebody left": otherLength },
    "then-they-fit": { "one was not answered": firstSynAckLost, "a SYN was not refused": lastSynLost },
  },
  "raise-live": {
    "raised-at-once": {
      "the limit is another": otherLimit,
      "the limit stayed": samples((sample) => ({ ...sample, limit: 1 })),
      "somebody left the queue": samples((sample) =>
        sample.limit === 100 ? { ...sample, acceptQueue: sample.acceptQueue - 1 } : sample,
      ),
    },
    "refused-come-in": {
      "the SYN after the call is not answered either": removed(
        (packet) => isSynAck(packet) && isOf(40_004)(packet),
      ),
      "the data after the call does not complete the handshake": samples((sample) => ({
        ...sample,
        limit: 1,
      })),
      "nobody was refused before": removed(
        (packet) => packet.at < 2000 && packet.at > 360 && (isOf(40_003)(packet) || isOf(40_004)(packet)),
      ),
    },
    "nobody-is-lost": {
      "one is never accepted": returned("accept4", "EAGAIN"),
      "they are accepted in another order": (trace) => ({
        ...trace,
        calls: trace.calls.map((call) =>
          call.call === "accept4" && call.remote?.endsWith(":40001") === true
            ? { ...call, remote: call.remote.replace(":40001", ":40002") }
            : call,
        ),
      }),
    },
  },
  "somaxconn-per-namespace": {
    "other-namespace": { "the limit changed": otherLimit },
    "own-namespace": {
      "the limit is another": otherLimit,
      "the limit did not change": samples((sample) => ({ ...sample, limit: 1000 })),
    },
  },
  "defer-accept": {
    "data-makes-it": {
      "data did not come": removed((packet) => packet.length > 0),
      "nothing was deferred": calls((call) =>
        call.call === "TCP_DEFER_ACCEPT" ? { ...call, call: "TCP_NODELAY" } : call,
      ),
    },
    "deferral-counted": off("TCPDeferAcceptDrop"),
    "repeat-ends-deferral": {
      "it came again at 1 s": later((packet) => isSynAck(packet) && packet.at > 2000, -2000),
      "it did not come again": removed((packet) => isSynAck(packet) && packet.at > 2000),
    },
    "waits-in-syn-queue": {
      "it is in the accept queue": samples((sample) => ({
        ...sample,
        acceptQueue: 1,
        synQueue: sample.synQueue - 1,
      })),
    },
  },
  "fast-open": {
    "served-before-final-ack": {
      "the SYN+ACK leaves the data out": packets((packet) =>
        isSynAck(packet) ? { ...packet, ack: (packet.ack ?? 0) - 82 } : packet,
      ),
      "the answer came after the final ACK": later((packet) => packet.length === 130, 50),
    },
    "falls-back": {
      "its data was taken": packets((packet) =>
        isSynAck(packet) && isOf(40002)(packet) ? { ...packet, ack: (packet.ack ?? 0) + 82 } : packet,
      ),
      "its data did not come again": removed((packet) => packet.flags === "P." && packet.length === 82),
      ...off("TCPFastOpenListenOverflow"),
    },
  },
  reuseport: {
    "full-beside-empty": { "the other one filled up too": otherLength, "the limit is larger": otherLimit },
    "never-answered": {
      ...off("ListenOverflows"),
      "their SYNs were not sent again": removed((packet) => packet.flags === "S" && packet.at > 1000),
    },
  },
  "close-with-pending": {
    "three-wait": { "a SYN was not answered": firstSynAckLost },
    "resets-at-close": {
      "nobody is told": removed((packet) => packet.flags.startsWith("R") && packet.at < 700),
      "the resets come later": later((packet) => packet.flags.startsWith("R"), 100),
    },
    "clients-see-resets": { "they read the end": returned("recv", 0) },
    "request-outlives": {
      "the request went with the listener": (trace) => ({
        ...trace,
        sockets: trace.sockets.filter((row) => row.host === "client"),
      }),
    },
    "request-is-reset": { "it reads the end": returned("recv", 0) },
  },
  "client-closes-early": {
    "place-is-kept": { "the third was answered": otherLimit, "a SYN was not answered": firstSynAckLost },
    "still-full": {
      "one place became free": samples((sample) => ({ ...sample, acceptQueue: sample.acceptQueue - 1 })),
    },
    "server-finds-them": {
      "nobody is there": returned("accept4", "EAGAIN"),
      "the reset is not told": returned("recv", 0),
    },
  },
  "head-of-line": {
    overtaken: {
      "the late comer came first": later((packet) => packet.flags === "S" && isOf(40006)(packet), -840),
      "the early one got its place first": later((packet) => isOf(40006)(packet), 3200),
    },
    "who-fits": { "there is one place more": otherLimit, "a SYN was not answered": firstSynAckLost },
    "overflows-counted": off("ListenOverflows"),
  },
  "drop-counters": {
    "accept-queue-drops": {
      "there is one place more": otherLimit,
      "a SYN was not answered": firstSynAckLost,
    },
    "listen-overflows": off("ListenOverflows"),
    "req-q-full-drop": off("TCPReqQFullDrop"),
    "listen-drops": off("ListenDrops"),
    "own-drops-of-accept-queue": {
      "it counts packets": samples((sample) => ({ ...sample, drops: (sample.drops ?? 0) - 1 })),
    },
    "own-drops-of-syn-queue": {
      "it counts twice": samples((sample) => ({ ...sample, drops: 2 * (sample.drops ?? 0) })),
    },
  },
  "unix-socket": {
    "holds-limit-plus-one": {
      "it holds its limit": samples((sample) => ({
        ...sample,
        acceptQueue: Math.min(sample.acceptQueue, sample.limit),
      })),
      "the limit is another": otherLimit,
    },
    eagain: {
      "connect() succeeds": returned("connect", 0),
      "nothing was accepted": returned("accept4", "EAGAIN"),
    },
    relisten: {
      "the limit stayed": samples((sample) => ({ ...sample, limit: 1 })),
      "nobody more fits": samples((sample) => ({ ...sample, acceptQueue: Math.min(sample.acceptQueue, 2) })),
    },
    "refused-after-close": {
      "connect() waits": returned("connect", "EAGAIN"),
      "the others are not told": returned("recv", 0),
    },
  },
};
