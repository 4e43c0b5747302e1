/**
 * pcap record by record: either byte order, microseconds or nanoseconds, and the "modified" form of old Linux distributions,
 * whose records have 8 bytes more (IETF draft-ietf-opsawg-pcap).
 *
 *     offset  bytes
 *     0       4      magic
 *     4       4      version 2.4
 *     8       8      time zone and accuracy, always 0
 *     16      4      snap length
 *     20      4      link type in the lower 16 bits, in the upper ones what is known of frame check sequences
 *     24             packets: seconds, fraction, captured length, original length (4 bytes each), bytes
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { LONGEST_PACKET } from "./limits.ts";
import { emptyRawPacket, type PacketSink, type RawPacket } from "./raw-packet.ts";
import type { RecordParser } from "./record-stream.ts";

/** The numbers with which files begin, and by which a reader finds out the byte order. */
export const PCAP_MAGIC = {
  MICROSECONDS: 0xa1b2c3d4,
  NANOSECONDS: 0xa1b23c4d,
  /** Alexey Kuznetsov's form, which old Linux distributions wrote: longer records. */
  MODIFIED: 0xa1b2cd34,
} as const;

/** Bytes before the first packet. */
export const PCAP_FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
/** With the interface's index, the protocol and the direction behind the usual 16 bytes. */
const MODIFIED_HEADER_LENGTH = 24;

/** Parses one file. */
export class PcapParser implements RecordParser {
  readonly what = "pcap packet";
  wanted: number = PCAP_FILE_HEADER_LENGTH;
  readonly #sink: PacketSink;
  readonly #packet: RawPacket = emptyRawPacket();
  /** 0 until the file's header was read. */
  #headerLength = 0;
  #nsPerTick = 1;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  take(view: DataView, from: number, to: number, offset: number): number {
    let at = from;
    if (this.#headerLength === 0) {
      if (to - from < PCAP_FILE_HEADER_LENGTH) return from;
      this.#takeFileHeader(view, from);
      at += PCAP_FILE_HEADER_LENGTH;
    }
    return this.#takePackets(view, at, to, offset - from);
  }

  #takeFileHeader(view: DataView, at: number): void {
    const isLittleEndian = isPcapMagic(view.getUint32(at, true));
    const magic = view.getUint32(at, isLittleEndian);
    this.#headerLength = magic === PCAP_MAGIC.MODIFIED ? MODIFIED_HEADER_LENGTH : RECORD_HEADER_LENGTH;
    this.#nsPerTick = magic === PCAP_MAGIC.NANOSECONDS ? 1 : 1000;
    this.#packet.isLittleEndian = isLittleEndian;
    this.#packet.linkType = view.getUint32(at + 20, isLittleEndian) & 0xffff;
    this.#sink.onInterface({
      name: null,
      description: null,
      linkType: this.#packet.linkType,
      snapLength: view.getUint32(at + 16, isLittleEndian),
    });
  }

  #takePackets(view: DataView, from: number, to: number, base: number): number {
    const packet = this.#packet;
    const isLittleEndian = packet.isLittleEndian;
    const headerLength = this.#headerLength;
    packet.view = view;
    let at = from;
    this.wanted = headerLength;
    while (to - at >= headerLength) {
      const length = view.getUint32(at + 8, isLittleEndian);
      const end = at + headerLength + length;
      if (length > LONGEST_PACKET) throw tooLong(base + at, length);
      if (end > to) {
        this.wanted = end - at;
        return at;
      }
      packet.seconds = view.getUint32(at, isLittleEndian);
      packet.nanoseconds = view.getUint32(at + 4, isLittleEndian) * this.#nsPerTick;
      packet.originalLength = view.getUint32(at + 12, isLittleEndian);
      packet.start = at + headerLength;
      packet.end = end;
      packet.optionsStart = packet.optionsEnd = end;
      this.#sink.onPacket(packet);
      at = end;
    }
    return at;
  }
}

/** Whether a number is one with which pcap files begin. */
export function isPcapMagic(magic: number): boolean {
  return (
    magic === PCAP_MAGIC.MICROSECONDS || magic === PCAP_MAGIC.NANOSECONDS || magic === PCAP_MAGIC.MODIFIED
  );
}

function tooLong(offset: number, length: number): DecodeError {
  const expected = `at most ${LONGEST_PACKET} captured bytes expected, says ${length}`;
  return new DecodeError("BAD_VALUE", "pcap packet", offset, expected);
}
