/**
 * pcap, the classic capture format, written; read/ has the streaming parser, pcap-read.ts the form for small jobs. A header
 * of 24 bytes, then packets with a header of 16 bytes each (IETF draft-ietf-opsawg-pcap).
 *
 * @module
 */
import { ByteWriter } from "../bytes.ts";
import type { CapturePacket } from "./capture.ts";

/** The numbers with which files begin, and by which a reader finds out the byte order. */
export const PCAP_MAGIC = {
  MICROSECONDS: 0xa1b2c3d4,
  NANOSECONDS: 0xa1b23c4d,
  /** Alexey Kuznetsov's form, which old Linux distributions wrote: longer records. */
  MODIFIED: 0xa1b2cd34,
} as const;
const SNAP_LENGTH = 262_144;
const NS_PER_SECOND = 1_000_000_000n;

/** A capture to be written. */
export interface PcapSpec {
  linkType: number;
  packets: readonly PcapPacket[];
}

/** A packet to be written; its time in nanoseconds since 1970-01-01 UTC must be below 2^32 seconds. */
export interface PcapPacket extends Pick<CapturePacket, "bytes" | "originalLength"> {
  timeNs: bigint;
}

/**
 * A whole file, little endian, in nanoseconds.
 *
 *     offset  bytes
 *     0       4      magic
 *     4       4      version 2.4
 *     8       8      time zone and accuracy, always 0
 *     16      4      snap length
 *     20      4      link type in the lower 16 bits
 *     24             packets: seconds, fraction, captured length, original length (4 bytes each), bytes
 */
export function encodePcap(spec: PcapSpec): Uint8Array {
  const writer = new ByteWriter()
    .u32(PCAP_MAGIC.NANOSECONDS)
    .u16(2)
    .u16(4)
    .zeros(8)
    .u32(SNAP_LENGTH)
    .u32(spec.linkType);
  for (const { timeNs, bytes, originalLength } of spec.packets) {
    writer
      .u32(Number(timeNs / NS_PER_SECOND))
      .u32(Number(timeNs % NS_PER_SECOND))
      .u32(bytes.length)
      .u32(originalLength)
      .bytes(bytes);
  }
  return writer.finish();
}
