/**
 * Which packets of a long connection are shown: the handshake, everything that was refused or sent again, the end, and of the
 * data in between as much as there is room for.
 *
 * @module
 */
import type { DrawnPacket } from "./conversation.ts";

/** More arrows in one diagram are a carpet. */
const MOST_PACKETS = 40;
const FIRST_PACKETS = 8;

/** The packets in their order, and how many are left out. */
export function packetsShown(packets: readonly DrawnPacket[]): {
  readonly shown: readonly DrawnPacket[];
  readonly left: number;
} {
  if (packets.length <= MOST_PACKETS) return { shown: packets, left: 0 };
  const telling = packets.filter((packet, place) => place < FIRST_PACKETS || isTelling(packet));
  const kept = new Set(telling.slice(0, MOST_PACKETS));
  for (const packet of packets) {
    if (kept.size >= MOST_PACKETS) break;
    kept.add(packet);
  }
  const shown = packets.filter((packet) => kept.has(packet));
  return { shown, left: packets.length - shown.length };
}

function isTelling({ label, note, sentNote, resendOf, isRefused }: DrawnPacket): boolean {
  return /SYN|FIN|RST/.test(label) || note !== null || sentNote !== null || resendOf !== null || isRefused;
}
