/**
 * The packets of a trace by connection. It sorts and names; arrivals.ts says what the listener's queues did.
 *
 * @module
 */
import type { Trace, TracePacket } from "./trace.ts";

/** One connection attempt: everything between one client endpoint and one listener. */
export interface Handshake {
  readonly client: string;
  readonly server: string;
  /** In the order in which the server's end saw them. */
  readonly packets: readonly TracePacket[];
  /** Every SYN, resent ones included. */
  readonly syns: readonly TracePacket[];
  /** Every SYN+ACK, resent ones included. */
  readonly synAcks: readonly TracePacket[];
  /** The client's first ACK that arrived after a SYN+ACK; null if there was none. */
  readonly finalAck: TracePacket | null;
  /** The client's packets with payload. */
  readonly clientData: readonly TracePacket[];
  /** The server's packets with payload. */
  readonly serverData: readonly TracePacket[];
  readonly serverResets: readonly TracePacket[];
}

/** The connections of a trace, in the order of their first SYN. */
export function handshakesOf(trace: Trace): Handshake[] {
  const groups = new Map<string, { client: string; server: string; packets: TracePacket[] }>();
  for (const packet of trace.packets) {
    const key = packet.from < packet.to ? `${packet.from} ${packet.to}` : `${packet.to} ${packet.from}`;
    const group = groups.get(key);
    if (group !== undefined) group.packets.push(packet);
    else groups.set(key, { ...clientAndServer(packet), packets: [packet] });
  }
  return [...groups.values()].map((group) => describe(group.client, group.server, group.packets));
}

/** The first packet seen tells who is who, unless the recording begins with the server's answer. */
function clientAndServer(packet: TracePacket): { client: string; server: string } {
  return packet.flags === "S."
    ? { client: packet.to, server: packet.from }
    : { client: packet.from, server: packet.to };
}

function describe(client: string, server: string, packets: readonly TracePacket[]): Handshake {
  const ofClient = packets.filter((packet) => packet.from === client);
  const ofServer = packets.filter((packet) => packet.from === server);
  const synAcks = ofServer.filter((packet) => packet.flags === "S.");
  return {
    client,
    server,
    packets,
    syns: ofClient.filter((packet) => packet.flags === "S"),
    synAcks,
    finalAck: finalAckOf(ofClient, synAcks[0]),
    clientData: ofClient.filter((packet) => packet.length > 0),
    serverData: ofServer.filter((packet) => packet.length > 0),
    serverResets: ofServer.filter((packet) => isReset(packet)),
  };
}

function finalAckOf(ofClient: readonly TracePacket[], synAck: TracePacket | undefined): TracePacket | null {
  if (synAck === undefined) return null;
  const first = ofClient.find(
    (packet) =>
      packet.arrivedAt !== null && packet.arrivedAt > synAck.at && hasAck(packet) && !isReset(packet),
  );
  return first ?? null;
}

/** Whether the RST flag is set. */
export function isReset(packet: TracePacket): boolean {
  return packet.flags.includes("R");
}

/** Whether the ACK flag is set. */
export function hasAck(packet: TracePacket): boolean {
  return packet.flags.includes(".");
}
