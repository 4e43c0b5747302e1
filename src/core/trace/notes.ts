/**
 * A few words beside each packet that matters, for people who read the trace or open the capture in Wireshark.
 *
 * @module
 */
import { type Arrival, arrivalsOf } from "./arrivals.ts";
import { type Handshake, handshakesOf } from "./handshakes.ts";
import type { Trace, TracePacket } from "./trace.ts";

/**
 * The trace with notes on its packets. Notes that are there already are kept.
 *
 * @param listenerOf the name of the listener at a server endpoint, or null
 */
export function withNotes(trace: Trace, listenerOf: (endpoint: string) => string | null): Trace {
  const notes = new Map<number, string[]>();
  const add = (packet: TracePacket, note: string) => {
    notes.set(packet.number, [...(notes.get(packet.number) ?? []), note]);
  };
  const handshakes = handshakesOf(trace);
  for (const packet of trace.packets) if (packet.arrivedAt === null) add(packet, "lost on the wire");
  for (const handshake of handshakes) noteResends(handshake, add);
  noteArrivals(arrivalsOf(trace, listenerOf), handshakes, add);
  const packets = trace.packets.map((packet) => ({
    ...packet,
    note: packet.note ?? notes.get(packet.number)?.join("; ") ?? null,
  }));
  return { ...trace, packets };
}

type AddNote = (packet: TracePacket, note: string) => void;

function noteResends(handshake: Handshake, add: AddNote): void {
  noteAgain(handshake.syns, "SYN", add);
  noteAgain(handshake.synAcks, "SYN+ACK", add);
  const first = handshake.clientData[0];
  if (first === undefined) return;
  const copies = handshake.clientData.filter((packet) => packet.seq === first.seq);
  noteAgain(copies, "data", add);
}

function noteAgain(copies: readonly TracePacket[], what: string, add: AddNote): void {
  copies.forEach((packet, place) => {
    const before = copies[place - 1];
    if (before !== undefined)
      add(packet, `${what} again after ${((packet.at - before.at) / 1000).toFixed(2)} s`);
  });
}

function noteArrivals(arrivals: readonly Arrival[], handshakes: readonly Handshake[], add: AddNote): void {
  const finalAcks = new Set(handshakes.map((handshake) => handshake.finalAck?.number));
  for (const arrival of arrivals) {
    const { packet, acceptQueue, limit } = arrival;
    const capacity = limit + 1;
    if (arrival.outcome === "syn-refused-accept-queue-full") {
      add(packet, `SYN refused: accept queue ${acceptQueue} of ${capacity}`);
    } else if (arrival.outcome === "syn-unanswered") {
      add(packet, `SYN not answered: SYN queue ${arrival.synQueue}, limit ${limit}`);
    } else if (arrival.outcome === "completed") {
      add(packet, `handshake complete: accept queue now ${acceptQueue + 1} of ${capacity}`);
    } else if (arrival.outcome === "final-deferred") {
      add(packet, "final ACK passed over: TCP_DEFER_ACCEPT waits for data");
    } else if (arrival.outcome === "final-refused") {
      const isFinalAck = finalAcks.has(packet.number);
      add(packet, `${refusedName(packet, isFinalAck)}: accept queue ${acceptQueue} of ${capacity}`);
    }
  }
  for (const handshake of handshakes) noteResets(handshake, arrivals, add);
}

function refusedName(packet: TracePacket, isFinalAck: boolean): string {
  if (isFinalAck) return "final ACK dropped";
  return packet.length > 0 ? "data dropped" : "ACK dropped";
}

function noteResets(handshake: Handshake, arrivals: readonly Arrival[], add: AddNote): void {
  for (const reset of handshake.serverResets) {
    const refused = arrivals.find(
      (arrival) => arrival.outcome === "final-refused" && arrival.packet.from === handshake.client,
    );
    if (refused === undefined) continue;
    const isFirst = handshake.serverResets[0] === reset;
    add(
      reset,
      isFirst ? "reset: tcp_abort_on_overflow answers the refused final ACK" : "reset: no request any more",
    );
  }
}
