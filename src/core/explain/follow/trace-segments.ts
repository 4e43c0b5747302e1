/**
 * A trace's packets as segments, as a capture at one end of the wire would show them: a packet of that end when it leaves, one
 * of the other end when it arrives. What was lost before it got there is not in it.
 *
 * @module
 */
import type { HostName, Trace, TracePacket } from "../../trace/trace.ts";
import { parseEndpoint, parseIpAddress } from "../../wire/address.ts";
import { emptySegment, type Segment } from "../../wire/packet/segment.ts";
import { parseTcpFlags } from "../../wire/packet/tcp-flags.ts";

/** The packets in the order in which that end saw them, with the trace's numbers. */
export function segmentsOfTrace(trace: Trace, seenAt: HostName = "server"): Segment[] {
  const servers = new Set(trace.packets.filter(({ flags }) => flags === "S").map(({ to }) => to));
  const segments = trace.packets.flatMap((packet) => {
    const isOwn = servers.has(packet.from) === (seenAt === "server");
    const at = isOwn ? packet.at : packet.arrivedAt;
    return at === null ? [] : [segmentOf(packet, at)];
  });
  return segments.sort((a, b) => a.at - b.at || a.number - b.number);
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
