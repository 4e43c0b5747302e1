/**
 * Claims about a SYN that meets a full accept queue, as on plain loopback, where a handshake happens in one piece: it is
 * dropped before a request exists, and nothing but its own resends brings the client back.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 * @module
 */
import type { Handshake, TraceCall, TracePacket, TraceSocket } from "../../trace/index.ts";
import { conclude, filterFor, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import { ladderProblems, synLadderMs } from "../timing.ts";
import type { TraceView } from "../trace-view.ts";

const NO_VICTIM = "no SYN met a full accept queue";
const AT_ONCE_MS = 15;

/** The first client of a listener whose first SYN met a full accept queue, or null. */
function victimOf(view: TraceView, listener: string): Handshake | null {
  const isVictim = (handshake: Handshake) => {
    const syn = handshake.syns[0];
    const arrival = syn === undefined ? null : view.arrivalOf(syn);
    return arrival?.listener === listener && arrival.outcome === "syn-refused-accept-queue-full";
  };
  return view.handshakes.find(isVictim) ?? null;
}

function connectCallOf(view: TraceView, victim: Handshake): TraceCall | undefined {
  return view.callsOf(view.nameOf(victim.client), "connect")[0];
}

/** The SYN that was answered in the end. */
function answeredSyn(victim: Handshake): TracePacket | undefined {
  const answer = victim.synAcks[0];
  return victim.syns.findLast(
    (syn) => syn.arrivedAt !== null && answer !== undefined && syn.arrivedAt <= answer.at,
  );
}

/** The SYN arrived while the queue was full, and nothing came back. */
export function synWasRefused(listener: string): Claim {
  return { id: "syn-refused", check: (view) => checkRefused(view, listener) };
}

function checkRefused(view: TraceView, listener: string) {
  const victim = victimOf(view, listener);
  const text = `The SYN of ${victim === null ? "a client" : view.nameOf(victim.client)} was dropped without an answer, because the accept queue was full.`;
  const syn = victim?.syns[0];
  if (victim === null || syn === undefined) return notSeen(text, NO_VICTIM);
  const call = connectCallOf(view, victim);
  const sample = call === undefined ? null : view.sampleAfterCall(call, listener);
  const waitedMs = (victim.synAcks[0]?.at ?? view.trace.samples.at(-1)?.at ?? 0) - syn.at;
  return conclude(text, {
    facts: [
      `right after its connect() the accept queue stood at ${sample?.acceptQueue} of ${(sample?.limit ?? 0) + 1}; ` +
        `packet ${syn.number} got no answer, and for ${(waitedMs / 1000).toFixed(2)} s none came`,
    ],
    packets: [syn],
    samples: [sample],
    calls: call === undefined ? [] : [call],
    filter: filterFor(victim.client),
    checks: [
      [isSentBy(syn, call), "its first SYN is not in the trace"],
      [sample !== null, "no sample was taken right after its connect()"],
      [
        sample === null || sample.acceptQueue === sample.limit + 1,
        `the accept queue held ${sample?.acceptQueue} then`,
      ],
      [waitedMs > 500, "it was answered soon after"],
    ],
  });
}

function isSentBy(packet: TracePacket | undefined, call: TraceCall | undefined): boolean {
  return packet !== undefined && call !== undefined && Math.abs(packet.at - call.at) < AT_ONCE_MS;
}

/** SYN_SENT at the client, no row at all at the server. */
export function synSentAtOneEnd(listener: string): Claim {
  return { id: "syn-sent-at-one-end", check: (view) => checkSynSent(view, listener) };
}

function checkSynSent(view: TraceView, listener: string) {
  const victim = victimOf(view, listener);
  const text = `${victim === null ? "The client" : view.nameOf(victim.client)} is SYN_SENT at its own end, and the server knows nothing of it.`;
  if (victim === null) return notSeen(text, NO_VICTIM);
  const until = victim.synAcks[0]?.at ?? Number.POSITIVE_INFINITY;
  const looks = view.lookTimes().filter((at) => at > (victim.syns[0]?.at ?? 0) && at < until);
  const own = looks.map((at) => view.socketRow(at, "client", victim));
  const found = own.filter((row): row is TraceSocket => row !== null);
  return conclude(text, {
    facts: [`the socket tables at ${looks.map(seconds).join(" and ")}`],
    packets: [victim.syns[0]],
    sockets: found,
    filter: filterFor(victim.client),
    checks: [
      [looks.length > 0, "nobody looked at the socket tables while it waited"],
      [isSentBy(victim.syns[0], connectCallOf(view, victim)), "its first SYN is not in the trace"],
      [
        found.length === looks.length && found.every((row) => row.state === "SYN_SENT"),
        `its own end shows ${found.map((row) => row.state).join(", ") || "no row"}`,
      ],
      [
        looks.every((at) => view.socketRow(at, "server", victim) === null),
        "the server's table has a row for it",
      ],
    ],
  });
}

/** The SYN is sent again: each second at first on kernels with linear timeouts (6.5 and later), else doubling. */
export function synWasResent(listener: string): Claim {
  return { id: "syn-again", check: (view) => checkResent(view, listener) };
}

function checkResent(view: TraceView, listener: string) {
  const victim = victimOf(view, listener);
  if (victim === null) return notSeen("The SYN is sent again.", NO_VICTIM);
  const linear = view.trace.sysctls["net.ipv4.tcp_syn_linear_timeouts"] ?? 0;
  const call = connectCallOf(view, victim);
  const base = call?.at ?? 0;
  const untilMs = (victim.synAcks[0]?.at ?? view.trace.samples.at(-1)?.at ?? 0) - base;
  const [first, ...again] = victim.syns;
  const times = again.map((syn) => syn.at - base);
  const problems = ladderProblems("the SYN", times, synLadderMs(linear), untilMs);
  const how = linear > 0 ? `${linear} linear timeouts, then doubling` : "doubling";
  const text = `The client sends its SYN again after about ${times.map((ms) => Math.round(ms / 1000)).join(", ")} s (${how}).`;
  return conclude(text, {
    facts: [
      `seen after ${times.map((ms) => (ms / 1000).toFixed(2)).join(", ")} s (packets ${again.map((syn) => syn.number).join(", ")})`,
    ],
    packets: victim.syns,
    filter: filterFor(victim.client),
    checks: [
      [isSentBy(first, call), "its first SYN is not in the trace"],
      [again.length > 0, "it was not sent again"],
      ...problems.map((problem) => [false, problem] as const),
      [isLastAnswered(victim), "the SYN+ACK does not follow the last SYN at once"],
    ],
  });
}

function isLastAnswered(victim: Handshake): boolean {
  const [last, answer] = [victim.syns.at(-1), victim.synAcks[0]];
  if (answer === undefined) return true;
  return last?.arrivedAt != null && answer.at >= last.arrivedAt && answer.at - last.arrivedAt < AT_ONCE_MS;
}

/** The first SYN after accept() has freed a place is answered, and the client is served. */
export function servedByResentSyn(listener: string): Claim {
  return { id: "served-by-resent-syn", check: (view) => checkServed(view, listener) };
}

function checkServed(view: TraceView, listener: string) {
  const victim = victimOf(view, listener);
  const text =
    "The first SYN that comes after accept() has freed a place is answered, and its client is served.";
  if (victim === null) return notSeen(text, NO_VICTIM);
  const syn = answeredSyn(victim);
  const [answer, data] = [victim.synAcks[0], victim.serverData[0]];
  const freeing = view
    .callsOf(listener, "accept4")
    .findLast((call) => typeof call.result === "number" && call.at < (answer?.at ?? 0));
  const sample = freeing === undefined ? null : view.sampleAfterCall(freeing, listener);
  const isFirstSince =
    victim.syns.filter((one) => one.at > (freeing?.at ?? 0) && one.at < (answer?.at ?? 0)).length === 1;
  return conclude(text, {
    facts: [
      `accept() at ${seconds(freeing?.at ?? 0)}; packet ${syn?.number} at ${seconds(syn?.arrivedAt ?? 0)} is answered by packet ${answer?.number}, packet ${data?.number} is the first answer of the server's program`,
    ],
    packets: [syn, answer, data],
    samples: [sample],
    calls: freeing === undefined ? [] : [freeing],
    filter: filterFor(victim.client),
    checks: [
      [answer !== undefined && isFirstSince, "it is not the first SYN since a place became free"],
      [
        sample !== null && sample.acceptQueue <= sample.limit,
        "no sample after an accept() shows a free place",
      ],
      [isLastAnswered(victim) && victim.synAcks.length === 1, "its SYN+ACK does not follow the SYN at once"],
      [
        data !== undefined &&
          data === victim.packets.find((packet) => packet.from === victim.server && packet.length > 0) &&
          isWhole(victim, data),
        "the server's program did not answer it",
      ],
    ],
  });
}

/** The server's first payload continues its initial sequence number: nothing before it is missing. */
function isWhole(victim: Handshake, data: TracePacket): boolean {
  return data.seq === ((victim.synAcks[0]?.seq ?? 0) + 1) >>> 0;
}
