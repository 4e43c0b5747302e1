/**
 * pcap, the classic capture format: a header of 24 bytes, then packets with a header of 16 bytes each. Microseconds or
 * nanoseconds, either byte order; one link type for all (IETF draft-ietf-opsawg-pcap).
 *
 * @module
 */

import { DecodeError } from "../errors.ts";
import { type ByteOrder, ByteReader, ByteWriter } from "./bytes.ts";
import type { Capture, CapturePacket } from "./capture.ts";

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

/**
 * A pcap file; its one interface has no name. Bytes of packets are views.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if it does not begin with one of the magic numbers, SHORT if its header is cut off.
 */
export function decodePcap(bytes: Uint8Array): Capture {
  const { order, nsPerTick } = readMagic(bytes);
  const reader = new ByteReader(bytes, "pcap file", 0, order);
  reader.skip(16);
  const snapLength = reader.u32();
  const linkType = reader.u32() & 0xffff;
  const capture: Capture = {
    interfaces: [{ name: null, description: null, linkType, snapLength }],
    packets: [],
    truncated: false,
    problem: null,
  };
  try {
    while (reader.remaining > 0) capture.packets.push(readPacket(reader, nsPerTick));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    capture.truncated = true;
    capture.problem = error.message;
  }
  return capture;
}

function readMagic(bytes: Uint8Array): { order: ByteOrder; nsPerTick: bigint } {
  for (const order of ["little", "big"] as const) {
    const magic = bytes.length < 4 ? null : new ByteReader(bytes, "pcap file", 0, order).u32();
    if (magic === PCAP_MAGIC.MICROSECONDS) return { order, nsPerTick: 1000n };
    if (magic === PCAP_MAGIC.NANOSECONDS) return { order, nsPerTick: 1n };
  }
  throw new DecodeError("UNKNOWN_FORMAT", "pcap file", 0, "a pcap magic number expected");
}

function readPacket(reader: ByteReader, nsPerTick: bigint): CapturePacket {
  const seconds = BigInt(reader.u32());
  const timeNs = seconds * NS_PER_SECOND + BigInt(reader.u32()) * nsPerTick;
  const capturedLength = reader.u32();
  const originalLength = reader.u32();
  const bytes = reader.bytes(capturedLength);
  return { interface: 0, timeNs, bytes, originalLength, comment: null, direction: null };
}
