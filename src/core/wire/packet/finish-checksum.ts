/**
 * Finishes what checksum offload left undone: over loopback the kernel never computes a TCP checksum, and a capture of such
 * frames would look damaged.
 *
 * @module
 */
import { DecodeError } from "../../errors.ts";
import { tcpChecksum } from "./checksum.ts";
import { decodeIp } from "./ip.ts";
import { decodeLinkLayer } from "./link-type.ts";

const CHECKSUM_OFFSET = 16;
const SHORTEST_HEADER = 20;

/** The TCP segment of a frame, and its checksum as it should be. */
interface FoundTcp {
  readonly segment: DataView;
  readonly checksum: () => number;
}

/** Writes the right TCP checksum into a whole frame, in place; anything that is not TCP is left as it is. */
export function finishTcpChecksum(linkType: number, frame: Uint8Array): void {
  const found = tcpOf(linkType, frame);
  if (found === null) return;
  found.segment.setUint16(CHECKSUM_OFFSET, 0);
  found.segment.setUint16(CHECKSUM_OFFSET, found.checksum());
}

/** The TCP segment of a frame, sharing its bytes; null if there is none, or only a part of one. */
export function tcpOf(linkType: number, frame: Uint8Array): FoundTcp | null {
  try {
    const { ip } = decodeLinkLayer(linkType, frame);
    if (ip === null) return null;
    const { source, destination, payload, protocol, fragment } = decodeIp(ip);
    if (protocol !== 6 || fragment !== null || payload.length < SHORTEST_HEADER) return null;
    const segment = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    return { segment, checksum: () => tcpChecksum(source, destination, payload) };
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
