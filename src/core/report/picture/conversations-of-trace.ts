/**
 * The connections of a run, as they are drawn. Everything is in the trace: packets with both moments, the program's calls, and
 * what the queues made of each packet (`core/trace/arrivals.ts`).
 *
 * @module
 */

import { TraceView } from "../../experiment/index.ts";
import { groupBy } from "../../group-by.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Arrival, Handshake, Trace, TraceCall, TracePacket } from "../../trace/index.ts";
import type { Conversation, DrawnCall, DrawnPacket, Ending, Stay } from "./conversation.ts";
import { fateOf, type KnownFate } from "./conversation-fate.ts";
import { packetLabel } from "./packet-label.ts";
import { waitsOf } from "./waits.ts";

/** The connections of a run. */
export function conversationsOfTrace(scenario: Scenario, trace: Trace): Conversation[] {
  const view = new TraceView(scenario, trace);
  const arrivals = groupBy(view.arrivals, ({ packet }) => packet.from);
  const calls = groupBy(trace.calls, ({ host, remote }) => (host === "server" ? (remote ?? "") : ""));
  const endAt = Math.max(0, ...lastMoments(trace));
  return view.handshakes.map((handshake) => {
    const { client } = handshake;
    const own = { arrivals: arrivals.get(client) ?? [], calls: calls.get(client) ?? [], endAt };
    return conversationOf(view.nameOf(client), handshake, own);
  });
}

interface Own {
  readonly arrivals: readonly Arrival[];
  readonly calls: readonly TraceCall[];
  readonly endAt: number;
}

function conversationOf(name: string, handshake: Handshake, own: Own): Conversation {
  const moments = momentsOf(handshake, own);
  const waits = waitsOf(moments);
  const known = knownFate(handshake, own.arrivals, moments);
  return {
    client: name,
    server: handshake.server,
    ...fateOf(known, waits),
    startedAt: moments.startedAt,
    endedAt: moments.endedAt,
    connectedAt: moments.connectedAt,
    waits,
    stays: staysOf(own.arrivals, moments),
    packets: drawnPackets(handshake, own.arrivals),
    calls: drawnCalls(own.calls),
    isEstimated: false,
  };
}

/** When a connection came how far. */
interface Moments {
  readonly startedAt: number;
  readonly connectedAt: number | null;
  /** When it came into the accept queue. */
  readonly queuedAt: number | null;
  readonly isKeptOut: boolean;
  readonly acceptedAt: number | null;
  readonly answeredAt: number | null;
  readonly resetAt: number | null;
  readonly closedAt: number | null;
  readonly endedAt: number;
}

function momentsOf({ packets, synAcks, serverData, serverResets }: Handshake, own: Own): Moments {
  const queued = own.arrivals.find(({ outcome }) => outcome === "completed");
  const accepted = own.calls.find(({ call, result }) => call === "accept4" && typeof result === "number");
  const closed = own.calls.find(({ call }) => call === "close");
  const endedAt = Math.max(...packets.map(({ at, arrivedAt }) => arrivedAt ?? at));
  const reset = firstArrival(serverResets);
  const connected = firstArrival(synAcks);
  const isOver = reset !== null || closed !== undefined || packets.some(({ flags }) => /[FR]/.test(flags));
  return {
    startedAt: packets[0]?.at ?? 0,
    connectedAt: connected,
    queuedAt: queued?.packet.arrivedAt ?? null,
    isKeptOut: own.arrivals.some(
      ({ outcome }) => outcome === "final-refused" || outcome === "final-deferred",
    ),
    acceptedAt: accepted?.at ?? null,
    answeredAt: firstArrival(serverData),
    resetAt: reset,
    closedAt: closed?.at ?? null,
    endedAt: isOver ? endedAt : Math.max(endedAt, own.endAt),
  };
}

function knownFate({ packets }: Handshake, arrivals: readonly Arrival[], moments: Moments): KnownFate {
  const has = (outcome: Arrival["outcome"]) => arrivals.some((arrival) => arrival.outcome === outcome);
  const ending: Ending =
    moments.answeredAt !== null
      ? "answered"
      : moments.resetAt !== null
        ? "refused"
        : packets.some(({ flags }) => /[FR]/.test(flags))
          ? "ended"
          : "open";
  return {
    ending,
    tookMs: (moments.answeredAt ?? moments.endedAt) - moments.startedAt,
    isFinalRefused: has("final-refused"),
    isSynRefused: has("syn-refused-accept-queue-full") || has("syn-unanswered"),
    isDeferred: has("final-deferred"),
    isConnected: moments.connectedAt !== null,
    isLossy: packets.some(({ arrivedAt }) => arrivedAt === null),
  };
}

/** Where the connection stood at the server: in which queue, or with the program. */
function staysOf(arrivals: readonly Arrival[], moments: Moments): Stay[] {
  const answered = arrivals.find(({ outcome }) => outcome === "syn-answered")?.packet.arrivedAt ?? null;
  const { queuedAt, acceptedAt, resetAt, closedAt } = moments;
  const stays: Stay[] = [];
  if (answered !== null) stays.push({ where: "syn-queue", from: answered, to: queuedAt ?? resetAt });
  if (queuedAt !== null) stays.push({ where: "accept-queue", from: queuedAt, to: acceptedAt ?? resetAt });
  if (acceptedAt !== null) stays.push({ where: "program", from: acceptedAt, to: closedAt });
  return stays.filter(({ from, to }) => to === null || to > from);
}

function drawnPackets(handshake: Handshake, arrivals: readonly Arrival[]): DrawnPacket[] {
  const refused = new Set(arrivals.filter(isRefusal).map(({ packet }) => packet.number));
  const before = new Map<string, number>();
  return handshake.packets.map((packet) => {
    const key = `${packet.from} ${packet.flags.replace("P", "")} ${packet.seq} ${packet.length}`;
    // A bare ACK with the same numbers is an answer to something else, not a resend.
    const canRepeat = packet.length > 0 || /[SF]/.test(packet.flags);
    const resendOf = canRepeat ? (before.get(key) ?? null) : null;
    before.set(key, packet.number);
    return drawnPacket(packet, handshake.client, resendOf, refused.has(packet.number));
  });
}

function drawnPacket(
  packet: TracePacket,
  client: string,
  resendOf: number | null,
  isRefused: boolean,
): DrawnPacket {
  const { number, at, arrivedAt, flags, length } = packet;
  const notes = packet.note?.split("; ") ?? [];
  const again = notes.find((note) => / again after /.test(note))?.replace(/^.* again/, "again") ?? null;
  const others = notes.filter((note) => !/ again after |^lost on the wire$/.test(note));
  return {
    number,
    from: packet.from === client ? "client" : "server",
    sentAt: at,
    arrivedAt,
    label: packetLabel(flags, length),
    sentNote:
      [again, arrivedAt === null ? "lost on the wire" : null].filter((one) => one !== null).join(", ") ||
      null,
    note: others.length === 0 ? null : others.join("; "),
    isRefused,
    resendOf,
  };
}

function isRefusal({ outcome }: Arrival): boolean {
  return outcome !== "completed" && outcome !== "syn-answered" && outcome !== "final-deferred";
}

const CALLS: Readonly<Record<string, string>> = { accept4: "accept()", close: "close()" };

function drawnCalls(calls: readonly TraceCall[]): DrawnCall[] {
  return calls.flatMap(({ at, call, result }) => {
    const text = CALLS[call];
    return text === undefined || result === "EAGAIN" ? [] : [{ at, text }];
  });
}

function firstArrival(packets: readonly TracePacket[]): number | null {
  return packets.find(({ arrivedAt }) => arrivedAt !== null)?.arrivedAt ?? null;
}

function lastMoments({ packets, samples }: Trace): number[] {
  const last = packets.at(-1);
  return [samples.at(-1)?.at ?? 0, last?.arrivedAt ?? last?.at ?? 0];
}
