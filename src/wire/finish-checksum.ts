/**
 * Finishes what checksum offload left undone: over loopback the kernel never computes a TCP checksum, and a capture of such
 * frames would look damaged.
 *
 * @module
 */
import { DecodeError } from "../errors.ts";
import { tcpChecksum } from "./checksum.ts";
import { decodeIp } from "./ip.ts";
import { decodeLinkLayer } from "./link-type.ts";

const CHECKSUM_OFFSET = 16;
const SHORTEST_HEADER = 20;

/** Writes the right TCP checksum into a whole frame, in place; anything that is not TCP is left as it is. */
export function finishTcpChecksum(linkType: number, frame: Uint8Array): void {
  try {
    const { ip } = decodeLinkLayer(linkType, frame);
    if (ip === null) return;
    const { source, destination, payload, protocol, fragment } = decodeIp(ip);
    if (protocol !== 6 || fragment !== null || payload.length < SHORTEST_HEADER) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    view.setUint16(CHECKSUM_OFFSET, 0);
    view.setUint16(CHECKSUM_OFFSET, tcpChecksum(source, destination, payload));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}
