/**
 * A capture's packets of one connection as arrows: with estimated ends, tied to what they repeat, and crossed where what came
 * later proves that the server had no use for them.
 *
 * @module
 */
import type { Handshake } from "../../explain/index.ts";
import type { CapturedPacket } from "../../explain/packet-collector.ts";
import type { DrawnPacket } from "./conversation.ts";
import { packetLabel } from "./packet-label.ts";
import { spanText } from "./span-text.ts";

/** Half a round trip from the capture point to either end, in milliseconds. */
export interface SidesMs {
  readonly client: number;
  readonly server: number;
}

/** The arrows. */
export function capturedPackets(
  { outcome }: Handshake,
  packets: readonly CapturedPacket[],
  sides: SidesMs,
): DrawnPacket[] {
  const repeated = repeats(packets);
  return packets.map((packet, place) => {
    const { number, at, isFromClient, flags, length } = packet;
    const before = repeated.get(place);
    const reason = outcome === "completed" ? null : refusalOf(packet, packets.slice(place + 1));
    return {
      number,
      from: isFromClient ? "client" : "server",
      sentAt: at - (isFromClient ? sides.client : sides.server),
      arrivedAt: at + (isFromClient ? sides.server : sides.client),
      label: packetLabel(flags, length),
      sentNote: before === undefined ? null : `again after ${spanText(at - before.at)}`,
      note: reason,
      isRefused: reason !== null,
      resendOf: before?.number ?? null,
    };
  });
}

/** By place: the packet that is repeated there. */
function repeats(packets: readonly CapturedPacket[]): Map<number, CapturedPacket> {
  const last = new Map<string, CapturedPacket>();
  const found = new Map<number, CapturedPacket>();
  for (const [place, packet] of packets.entries()) {
    if (packet.length === 0 && !/[SF]/.test(packet.flags)) continue;
    const key = keyOf(packet);
    const before = last.get(key);
    if (before !== undefined) found.set(place, before);
    last.set(key, packet);
  }
  return found;
}

/** The same bytes in the same direction; a push flag more or less is no other packet. */
function keyOf({ isFromClient, flags, sequence, length }: CapturedPacket): string {
  return `${isFromClient} ${flags.replace("P", "")} ${sequence} ${length}`;
}

/** Why the server had no use for it, as far as the packets after it prove that; null otherwise. */
function refusalOf(packet: CapturedPacket, later: readonly CapturedPacket[]): string | null {
  if (!packet.isFromClient || packet.flags.includes("R")) return null;
  const answer = later.find(({ isFromClient }) => !isFromClient);
  const comesAgain = later.some((one) => keyOf(one) === keyOf(packet));
  if (packet.flags === "S")
    return answer === undefined || isAfterCopy(packet, answer, later) ? "no answer" : null;
  if (answer?.flags === "R") return "answered with a reset";
  if (packet.length > 0) return comesAgain ? "no answer, sent again" : null;
  return answer?.flags === "S." ? "passed over: the SYN+ACK comes again" : null;
}

/** Whether the same packet was sent once more before the answer came. */
function isAfterCopy(
  packet: CapturedPacket,
  answer: CapturedPacket,
  later: readonly CapturedPacket[],
): boolean {
  const copy = later.find((one) => keyOf(one) === keyOf(packet));
  return copy !== undefined && copy.at < answer.at;
}
