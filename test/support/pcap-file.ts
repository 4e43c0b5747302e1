/**
 * pcap files to be read by tests (IETF draft-ietf-opsawg-pcap).
 *
 * @module
 */
import { ByteWriter } from "../../src/core/wire/bytes.ts";
import type { CapturePacket } from "../../src/core/wire/capture/capture.ts";
import { PCAP_MAGIC } from "../../src/core/wire/capture/pcap-parser.ts";

const SNAP_LENGTH = 262_144;
const NS_PER_SECOND = 1_000_000_000n;

/** A capture to be written. */
interface PcapSpec {
  linkType: number;
  packets: readonly PcapPacket[];
}

/** A packet to be written; its time in nanoseconds since 1970-01-01 UTC must be below 2^32 seconds. */
interface PcapPacket extends Pick<CapturePacket, "bytes" | "originalLength"> {
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
