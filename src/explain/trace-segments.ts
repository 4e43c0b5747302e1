/**
 * A trace's packets as segments, as a capture at the server's end would show them: a packet of a client when it arrives, one
 * of a server when it leaves. What was lost before it reached the server is not there.
 *
 * @module
 */
import type { Trace, TracePacket } from "../trace/trace.ts";
import { parseEndpoint, parseIpAddress } from "../wire/address.ts";
import { emptySegment, type Segment } from "../wire/segment.ts";
import { parseTcpFlags } from "../wire/tcp-flags.ts";

/** The packets in the order of their numbers. */
export function segmentsOfTrace(trace: Trace): Segment[] {
  const servers = new Set(trace.packets.filter(({ flags }) => flags === "S").map(({ to }) => to));
  return trace.packets.flatMap((packet) => {
    const at = servers.has(packet.from) ? packet.at : packet.arrivedAt;
    return at === null ? [] : [segmentOf(packet, at)];
  });
}

function segmentOf(packet: TracePacket, at: number): Segment {
  const [from, to] = [parseEndpoint(packet.from), parseEndpoint(packet.to)];
  const [source0, source1, source2, source3] = wordsOf(from.address);
  const [destination0, destination1, destination2, destination3] = wordsOf(to.address);
  return {
    ...emptySegment(),
    number: packet.number,
    at,
    ipVersion: from.address.includes(":") ? 6 : 4,
    source0,
    source1,
    source2,
    source3,
    destination0,
    destination1,
    destination2,
    destination3,
    sourcePort: from.port,
    destinationPort: to.port,
    flags: parseTcpFlags(packet.flags),
    sequence: packet.seq,
    acknowledgment: packet.ack ?? 0,
    payloadLength: packet.length,
    timestampValue: -1,
    timestampEcho: -1,
  };
}

function wordsOf(address: string): [number, number, number, number] {
  const bytes = parseIpAddress(address);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (place: number) => view.getInt32(place * 4);
  return bytes.length === 4 ? [0, 0, 0, word(0)] : [word(0), word(1), word(2), word(3)];
}
