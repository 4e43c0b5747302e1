/**
 * The connections of a capture, as they are drawn. A capture has one moment for each packet, the one at which it passed the
 * capture point; when it left and arrived is estimated from the round trips of its own handshake to either side. When the
 * program called accept() is not in a capture.
 *
 * @module
 */
import type { Handshake } from "../../explain/index.ts";
import type { CollectedPackets } from "../../explain/packet-collector.ts";
import { capturedPackets, type SidesMs } from "./captured-packets.ts";
import type { Conversation, Ending, Wait } from "./conversation.ts";
import { longestWait } from "./conversation.ts";
import { outcomeGroup } from "./outcome-groups.ts";
import { spanText } from "./span-text.ts";

/**
 * The connections.
 *
 * @param collected what was collected of each handshake's packets, by its place; null for none
 */
export function conversationsOfCapture(
  handshakes: readonly Handshake[],
  collected: (place: number) => CollectedPackets | null,
): Conversation[] {
  return handshakes.flatMap((handshake, place) =>
    handshake.startedAt === null ? [] : [conversationOf(handshake, handshake.startedAt, collected(place))],
  );
}

function conversationOf(one: Handshake, startedAt: number, collected: CollectedPackets | null): Conversation {
  const { client, server, handshakeMs, firstResponseMs } = one;
  const sides = sidesOf(collected);
  const packets = collected === null ? [] : capturedPackets(one, collected.packets, sides);
  const known = [
    startedAt,
    startedAt + (handshakeMs ?? 0),
    startedAt + (firstResponseMs ?? 0),
    collected?.lastAt ?? 0,
  ];
  const endedAt = Math.max(...known);
  const connected = packets.find(({ label }) => label === "SYN+ACK")?.arrivedAt ?? null;
  const lastRefusal = packets.findLast(({ isRefused, label }) => isRefused && label !== "SYN");
  const waits = waitsOf(one, startedAt, endedAt, lastRefusal?.sentAt ?? null);
  const ending = endingOf(
    one,
    packets.some(({ label }) => /^(RST|FIN)/.test(label)),
  );
  return {
    client,
    server,
    ...outcomeGroup(one),
    summary: summaryOf(one, ending, endedAt - startedAt, waits),
    ending,
    startedAt,
    endedAt,
    connectedAt:
      handshakeMs === null
        ? null
        : Math.min(connected ?? Number.POSITIVE_INFINITY, startedAt + handshakeMs - sides.client),
    waits,
    stays: [],
    packets,
    calls: [],
    isEstimated: true,
  };
}

/**
 * Half a round trip to either side of the capture point: half of the quickest answer from there, which is a kernel's to a SYN, a
 * SYN+ACK or data. 0 where no answer is in the capture.
 */
function sidesOf(collected: CollectedPackets | null): SidesMs {
  const packets = collected?.packets ?? [];
  const quickest = { client: Number.POSITIVE_INFINITY, server: Number.POSITIVE_INFINITY };
  for (const [place, packet] of packets.entries()) {
    const before = packets[place - 1];
    if (before === undefined || before.isFromClient === packet.isFromClient) continue;
    const side = packet.isFromClient ? "client" : "server";
    quickest[side] = Math.min(quickest[side], Math.max(0, packet.at - before.at));
  }
  const half = (ms: number) => (Number.isFinite(ms) ? ms / 2 : 0);
  return { client: half(quickest.client), server: half(quickest.server) };
}

function waitsOf(
  { handshakeMs, firstResponseMs, outcome }: Handshake,
  startedAt: number,
  endedAt: number,
  lastRefusedAt: number | null,
): Wait[] {
  const end = firstResponseMs === null ? endedAt : startedAt + firstResponseMs;
  if (handshakeMs === null) return waitFor(isAnswered(outcome) ? "final-ack" : "syn-ack", startedAt, end);
  const connected = Math.min(end, startedAt + handshakeMs);
  const isKeptOut = outcome === "final-ack-dropped" || outcome === "overflow-reset";
  const room = isKeptOut ? Math.min(end, lastRefusedAt ?? end) : connected;
  return [
    ...waitFor("syn-ack", startedAt, connected),
    ...waitFor("room", connected, room),
    ...waitFor("server", Math.max(connected, room), end),
  ];
}

/** Whether the server's SYN+ACK is in the capture although the client never acknowledged it. */
function isAnswered(outcome: Handshake["outcome"]): boolean {
  return outcome === "half-open" || outcome === "aborted-by-client";
}

function waitFor(kind: Wait["kind"], from: number, to: number): Wait[] {
  return to > from ? [{ kind, from, to }] : [];
}

const REFUSED: readonly string[] = ["overflow-reset", "reset-at-handshake", "refused", "accepted-and-closed"];

function endingOf({ served, outcome }: Handshake, isOver: boolean): Ending {
  if (served === true) return "answered";
  if (REFUSED.includes(outcome)) return "refused";
  return isOver || served === false ? "ended" : "open";
}

function summaryOf(
  { firstResponseMs, synRetransmissions }: Handshake,
  ending: Ending,
  tookMs: number,
  waits: readonly Wait[],
): string {
  const longest = longestWait(waits);
  const words = {
    "syn-ack": "SYN+ACK",
    "final-ack": "the final ACK",
    room: "a place in the queue",
    accept: "accept()",
    answer: "answer",
    server: "the server",
  };
  const waited =
    longest === null ? "" : `; waited ${spanText(longest.to - longest.from)} for ${words[longest.kind]}`;
  const again = synRetransmissions === 0 ? "" : `, ${synRetransmissions + 1} SYNs`;
  if (ending === "answered")
    return `answered${firstResponseMs === null ? "" : ` after ${spanText(firstResponseMs)}`}${again}${waited}`;
  if (ending === "refused") return `refused after ${spanText(tookMs)}${again}`;
  return `${ending === "ended" ? "not served" : "no answer in the capture"}${again}${waited}`;
}

/** A page draws no more connections that simply completed; the others are counted. */
export const MOST_DRAWN = 20_000;

/** More packets would take memory for nothing: a page draws a few connections of each kind. */
const MOST_TROUBLED = 2000;
const MOST_PLAIN = 200;

/** The places of the handshakes that may be drawn: what did not simply complete, and of the others the slowest. */
export function drawablePlaces(handshakes: readonly Handshake[]): number[] {
  const places = handshakes.map((_, place) => place);
  const isPlain = (place: number) =>
    handshakes[place]?.outcome === "completed" && handshakes[place].served === true;
  const tookMs = (place: number) => handshakes[place]?.firstResponseMs ?? 0;
  const slowest = places.filter(isPlain).sort((a, b) => tookMs(b) - tookMs(a));
  const troubled = places.filter((place) => !isPlain(place));
  return [...troubled.slice(0, MOST_TROUBLED), ...slowest.slice(0, MOST_PLAIN)];
}
