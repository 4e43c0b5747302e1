/**
 * Finishes what checksum offload left undone: over loopback the kernel never computes a TCP checksum, and a capture of such
 * frames would look damaged.
 *
 * @module
 */
import { tcpChecksum } from "./checksum.ts";
import { FrameParser } from "./decode/frame-parser.ts";
import { destinationAddress, sourceAddress } from "./segment.ts";

const CHECKSUM_OFFSET = 16;

/** The TCP segment of a frame, and the checksum over it: 0 if the one in it is right. */
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

/** The TCP segment of a frame, sharing its bytes; null if there is none, or only a part of one, or one in a tunnel. */
export function tcpOf(linkType: number, frame: Uint8Array): FoundTcp | null {
  const parser = new FrameParser();
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (parser.parse(view, 0, frame.length, frame.length, linkType) !== null) return null;
  const { tcpStart, end, isWhole } = parser.places();
  if (!isWhole) return null;
  const [source, destination] = [sourceAddress(parser.segment), destinationAddress(parser.segment)];
  const bytes = frame.subarray(tcpStart, end);
  return {
    segment: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    checksum: () => tcpChecksum(source, destination, bytes),
  };
}
