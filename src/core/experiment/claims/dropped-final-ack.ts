/**
 * Claims about the client whose final ACK met a full accept queue (tcp_abort_on_overflow = 0): what either end believes,
 * what is sent again and when, and how it ends.
 *
 * @module
 */

import { listed } from "../../count.ts";
import type {
  Arrival,
  Handshake,
  QueueSample,
  TraceCall,
  TracePacket,
  TraceSocket,
} from "../../trace/index.ts";
import { conclude, filterFor, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { fitsTimer, isAbout, ladderProblems, SYN_ACK_LADDER_MS } from "../timing.ts";
import type { TraceView } from "../trace-view.ts";

const NO_VICTIM = "no final ACK met a full accept queue";
/** A kernel answers at once; the recorder's clocks and a busy machine may add this much. */
const AT_ONCE_MS = 15;
/** The least retransmission timeout (TCP_RTO_MIN, 200 ms) and what a timer may be late; the round trip comes on top. */
const FIRST_TIMEOUT_MS = 230;
/** An ACK for data may be delayed by the kernel, up to 40 ms as a rule and 200 ms at the most. */
const DELAYED_ACK_MS = 250;

/** ESTABLISHED at the client, SYN_RECV without a process at the server, whenever one looked. */
export const establishedAtOneEnd: Claim = {
  id: "established-at-one-end",
  check: (view) => {
    const victim = view.victim();
    const text = `${nameOf(view, victim)} is ESTABLISHED at its own end and SYN_RECV at the server's.`;
    if (victim === null) return notSeen(text, NO_VICTIM);
    const [from, until] = [victim.finalAck?.at ?? 0, servedAt(view, victim)];
    const looks = view.lookTimes().filter((at) => at > from && at < until);
    const rows = looks.flatMap((at) => [
      view.socketRow(at, "client", victim),
      view.socketRow(at, "server", victim),
    ]);
    const found = rows.filter((row): row is TraceSocket => row !== null);
    return conclude(text, {
      facts: [
        `both socket tables at ${looks.map(seconds).join(" and ")}; ${found[0]?.sendQueue} bytes stay unacknowledged`,
      ],
      sockets: found,
      filter: filterFor(victim.client),
      checks: [
        [looks.length > 0, "nobody looked at the socket tables while it waited"],
        [found.length === rows.length, "a row of the connection is missing in a socket table"],
        [
          found.every((row) => row.state === (row.host === "client" ? "ESTABLISHED" : "SYN_RECV")),
          `seen instead: ${found.map((row) => `${row.state} at the ${row.host}`).join(", ")}`,
        ],
        [
          found.every((row) => (row.process === null) === (row.host === "server")),
          "a process holds the server's end, or nobody the client's",
        ],
      ],
    });
  },
};

/** The final ACK arrived, the queues stayed as they were, and the SYN+ACK came again about a second later. */
export const finalAckWasDropped: Claim = {
  id: "final-ack-dropped",
  check: (view) => {
    const victim = view.victim();
    const text = `The final ACK of ${nameOf(view, victim)} was dropped, because the accept queue was full.`;
    if (victim === null) return notSeen(text, NO_VICTIM);
    const { finalAck, synAcks } = victim;
    const [first, again] = synAcks;
    const sample = finalAck === null ? null : view.sampleAfterPacket(finalAck);
    const gapMs = (again?.at ?? 0) - (first?.at ?? 0);
    return conclude(text, {
      facts: [
        `packet ${finalAck?.number} reached the server at ${seconds(finalAck?.arrivedAt ?? 0)} with the accept queue at ${sample?.acceptQueue} of ${(sample?.limit ?? 0) + 1}; ` +
          `the request stayed in the SYN queue, and packet ${again?.number} is its SYN+ACK again, ${(gapMs / 1000).toFixed(2)} s after the first`,
      ],
      packets: [first, finalAck, again],
      samples: [sample],
      filter: filterFor(victim.client),
      checks: [
        [again !== undefined, "its SYN+ACK did not come again"],
        [
          again === undefined || fitsTimer(gapMs, SYN_ACK_LADDER_MS[0] ?? 0),
          `its SYN+ACK came again after ${(gapMs / 1000).toFixed(2)} s, not after about 1 s`,
        ],
        ...stillFull(sample),
      ],
    });
  },
};

/** The SYN+ACK comes again after about 1, 3, 7 ... seconds, for as long as the request lives. */
export const synAckCameAgain: Claim = {
  id: "syn-ack-again",
  check: (view) => {
    const victim = view.victim();
    if (victim === null) return notSeen("The SYN+ACK is sent again after about 1 and 3 s.", NO_VICTIM);
    const [first, ...again] = victim.synAcks;
    const syn = victim.syns[0];
    const base = first?.at ?? 0;
    const untilMs = Math.min(servedAt(view, victim), endOf(view)) - base;
    const expected = SYN_ACK_LADDER_MS.filter((atMs) => atMs < untilMs).map((atMs) => atMs / 1000);
    const text = `The server sends its SYN+ACK again after about ${listed(expected)} s.`;
    const times = again.map((packet) => packet.at - base);
    const problems = ladderProblems("the SYN+ACK", times, SYN_ACK_LADDER_MS, untilMs);
    return conclude(text, {
      facts: [
        `seen after ${listed(times.map((atMs) => (atMs / 1000).toFixed(2))) || "no"} s (packets ${again.map((packet) => packet.number).join(", ")})`,
      ],
      packets: victim.synAcks,
      filter: filterFor(victim.client),
      checks: [
        [again.length > 0, "it did not come again"],
        [isAnswerTo(syn, first), "the first SYN+ACK does not follow the SYN at once"],
        ...problems.map((problem) => [false, problem] as const),
      ],
    });
  },
};

/** The client's data is sent again: two equal gaps (the first is the tail-loss probe), then each twice the last. */
export const dataWasResent: Claim = {
  id: "data-resent",
  check: (view) => {
    const victim = view.victim();
    const text = `${nameOf(view, victim)} believes it is connected and resends its data with growing gaps: two equal ones, then doubling.`;
    if (victim === null) return notSeen(text, NO_VICTIM);
    const sends = copiesOfFirstData(victim);
    const gaps = sends.slice(1).map((packet, place) => packet.at - (sends[place]?.at ?? 0));
    const call = view.callsOf(view.nameOf(victim.client), "send")[0];
    return conclude(text, {
      facts: [
        `gaps of ${listed(gaps.map((gap) => (gap / 1000).toFixed(2))) || "no"} s (packets ${sends.map((packet) => packet.number).join(", ")})`,
      ],
      packets: sends,
      filter: filterFor(victim.client),
      checks: [
        [gaps.length >= 3, `only ${sends.length} sends are in the trace`],
        [isSentBy(sends[0], call), "the first send is not in the trace"],
        [
          (gaps[0] ?? 0) <= FIRST_TIMEOUT_MS + 4 * view.scenario.wire.delayMs,
          `the first gap is ${gaps[0]?.toFixed(0)} ms`,
        ],
        [
          isAbout(gaps[1] ?? 0, gaps[0] ?? 0, 0.2),
          `the first two gaps are not equal: ${listed(gaps.map((gap) => `${gap.toFixed(0)} ms`))}`,
        ],
        [
          gaps.slice(2).every((gap, place) => isAbout(gap, 2 * (gaps[place + 1] ?? 0), 0.15)),
          `the gaps do not double: ${listed(gaps.map((gap) => `${gap.toFixed(0)} ms`))}`,
        ],
        [isAnswered(view, victim, sends.at(-1)), "the server's answer does not follow the last send"],
      ],
    });
  },
};

/** As soon as a place is free, the next packet of the client completes the handshake, and it is served. */
export const servedInTheEnd: Claim = {
  id: "served-in-the-end",
  check: (view) => {
    const victim = view.victim();
    const text = `${nameOf(view, victim)} gets through after accept() has freed a place, and is served.`;
    if (victim === null) return notSeen(text, NO_VICTIM);
    const completion = view.completionOf(victim);
    if (completion === null) return notSeen(text, "no later packet of it completed the handshake");
    const freeing = freeingCall(view, victim, completion);
    const free = freeing === null ? null : view.sampleAfterCall(freeing, completion.listener);
    const after = view.sampleAfterPacket(completion.packet);
    const answer = victim.serverData[0];
    return conclude(text, {
      facts: [
        `accept() freed a place at ${seconds(freeing?.at ?? 0)}; packet ${completion.packet.number}, ` +
          `${(((completion.packet.arrivedAt ?? 0) - (freeing?.at ?? 0)) / 1000).toFixed(2)} s later, completed the handshake; packet ${answer?.number} is its answer`,
      ],
      packets: [completion.packet, answer],
      samples: [free, after],
      calls: freeing === null ? [] : [freeing],
      filter: filterFor(victim.client),
      checks: [
        [freeing !== null && free !== null, "no accept() that freed a place is in the trace"],
        [free === null || free.acceptQueue <= free.limit, "after that accept() the queue was still full"],
        [
          after !== null && free !== null && after.acceptQueue === free.acceptQueue + 1,
          "the queue did not grow by one with that packet",
        ],
        [
          answer?.arrivedAt != null && answer.at > (completion.packet.arrivedAt ?? 0),
          "no answer of the server follows",
        ],
      ],
    });
  },
};

function nameOf(view: TraceView, victim: Handshake | null): string {
  return victim === null ? "A client" : view.nameOf(victim.client);
}

/** When the client's request ended: its handshake was completed, or the recording ended. */
function servedAt(view: TraceView, victim: Handshake): number {
  return view.completionOf(victim)?.packet.arrivedAt ?? endOf(view);
}

function endOf(view: TraceView): number {
  return view.trace.samples.at(-1)?.at ?? 0;
}

function stillFull(sample: QueueSample | null): (readonly [boolean, string])[] {
  return [
    [sample !== null, "no sample was taken right after it arrived"],
    [
      sample === null || sample.acceptQueue === sample.limit + 1,
      `the accept queue held ${sample?.acceptQueue} then`,
    ],
    [sample === null || sample.synQueue > 0, "the request had left the SYN queue"],
  ];
}

function isAnswerTo(packet: TracePacket | undefined, answer: TracePacket | undefined): boolean {
  if (packet?.arrivedAt == null || answer === undefined) return false;
  return answer.at >= packet.arrivedAt && answer.at - packet.arrivedAt < AT_ONCE_MS;
}

function copiesOfFirstData(victim: Handshake): readonly TracePacket[] {
  const first = victim.clientData[0];
  return victim.clientData.filter((packet) => packet.seq === first?.seq);
}

function isSentBy(packet: TracePacket | undefined, call: TraceCall | undefined): boolean {
  return packet !== undefined && call !== undefined && Math.abs(packet.at - call.at) < AT_ONCE_MS;
}

/** Whether the server acknowledged the data right after this send: then no later send is missing. */
function isAnswered(view: TraceView, victim: Handshake, last: TracePacket | undefined): boolean {
  const completion = view.completionOf(victim);
  if (completion === null) return last !== undefined;
  if (last?.arrivedAt == null) return false;
  const arrivedAt = last.arrivedAt;
  const covers = (packet: TracePacket) =>
    packet.from === victim.server && packet.ack === last.seq + last.length;
  const first = victim.packets.find(covers);
  return first !== undefined && first.at >= arrivedAt && first.at - arrivedAt < DELAYED_ACK_MS;
}

/** The last accept() before the completion: the one that made room. */
function freeingCall(view: TraceView, victim: Handshake, completion: Arrival): TraceCall | null {
  const [from, until] = [victim.finalAck?.arrivedAt ?? 0, completion.packet.arrivedAt ?? 0];
  const calls = view
    .callsOf(completion.listener, "accept4")
    .filter((call) => typeof call.result === "number" && call.at > from && call.at < until);
  return calls.at(-1) ?? null;
}
