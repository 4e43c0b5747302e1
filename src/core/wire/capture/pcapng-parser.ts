/**
 * pcapng block by block: sections in either byte order, interfaces with their own link type and clock, enhanced, simple and
 * obsolete packets. Other blocks are passed over, however long they are, without being kept.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { ByteReader } from "../bytes.ts";
import { LONGEST_BLOCK } from "./limits.ts";
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, OPTION } from "./pcapng-format.ts";
import { optionText, readOptions } from "./pcapng-options.ts";
import { emptyRawPacket, type PacketSink, type RawPacket } from "./raw-packet.ts";
import type { RecordParser } from "./record-stream.ts";
import { TickClock } from "./tick-clock.ts";

/** Type, length, and what of a section header tells the byte order. */
const BLOCK_HEAD = 12;
const LENGTH_BYTES = 4;

interface Interface {
  linkType: number;
  snapLength: number;
  clock: TickClock;
}

/** Parses one file. Interfaces of several sections are counted through. */
export class PcapngParser implements RecordParser {
  readonly what = "pcapng block";
  wanted: number = BLOCK_HEAD;
  readonly #sink: PacketSink;
  readonly #packet: RawPacket = emptyRawPacket();
  readonly #interfaces: Interface[] = [];
  /** Index of the section's first interface. */
  #first = 0;
  /** Of a block that is being passed over, in bytes, or 0. */
  #unknownLength = 0;
  /** Bytes of it that have not come yet, but for the length at its end. */
  #toSkip = 0;
  /** Of the block that is being parsed, in bytes from the start of the capture. */
  #offset = 0;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  take(view: DataView, from: number, to: number, offset: number): number {
    this.#packet.view = view;
    let at = from;
    for (;;) {
      if (this.#unknownLength === 0) this.#offset = offset - from + at;
      const next = this.#unknownLength > 0 ? this.#passOver(view, at, to) : this.#takeOne(view, at, to);
      if (next === at) return at;
      at = next;
    }
  }

  /** @throws {DecodeError} SHORT if the file ends in a block that was being passed over. */
  end(): void {
    if (this.#unknownLength === 0) return;
    throw this.#damage("SHORT", `${this.#toSkip + LENGTH_BYTES} bytes of it are missing`);
  }

  /** The block at `at`: returns where it ends, or `at` if it is not whole. */
  #takeOne(view: DataView, at: number, to: number): number {
    this.wanted = BLOCK_HEAD;
    if (to - at < BLOCK_HEAD) return at;
    const type = view.getUint32(at, this.#packet.isLittleEndian);
    if (type === BLOCK.SECTION_HEADER) this.#takeByteOrder(view, at + 8);
    const length = this.#lengthAt(view, at, type);
    if (!isUnderstood(type)) {
      this.#unknownLength = length;
      this.#toSkip = length - LENGTH_BYTES;
      return this.#passOver(view, at, to);
    }
    this.wanted = length;
    if (at + length > to) return at;
    this.#checkLength(view, at + length - LENGTH_BYTES, length);
    this.#takeBlock(view, at + 8, at + length - LENGTH_BYTES, type);
    return at + length;
  }

  /** Goes on with a block that we do not know: to its end, where its length stands again. */
  #passOver(view: DataView, from: number, to: number): number {
    const count = Math.min(this.#toSkip, to - from);
    const at = from + count;
    this.#toSkip -= count;
    this.wanted = LENGTH_BYTES;
    if (to - at < LENGTH_BYTES) return at;
    this.#checkLength(view, at, this.#unknownLength);
    this.#unknownLength = 0;
    return at + LENGTH_BYTES;
  }

  #checkLength(view: DataView, at: number, length: number): void {
    const again = view.getUint32(at, this.#packet.isLittleEndian);
    if (again === length) return;
    throw this.#damage("BAD_VALUE", `the length is ${length} before the body and ${again} after it`);
  }

  #takeByteOrder(view: DataView, at: number): void {
    const isLittleEndian = view.getUint32(at, true) === BYTE_ORDER_MAGIC;
    if (!isLittleEndian && view.getUint32(at) !== BYTE_ORDER_MAGIC) {
      throw this.#damage("UNKNOWN_FORMAT", "the byte-order magic expected");
    }
    this.#packet.isLittleEndian = isLittleEndian;
  }

  #lengthAt(view: DataView, at: number, type: number): number {
    const length = view.getUint32(at + 4, this.#packet.isLittleEndian);
    if (length < BLOCK_OVERHEAD || length % 4 !== 0) {
      throw this.#damage("BAD_VALUE", `the length must be a multiple of 4 and at least 12, is ${length}`);
    }
    if (length > LONGEST_BLOCK && isUnderstood(type)) {
      throw this.#damage("BAD_VALUE", `a length of at most ${LONGEST_BLOCK} expected, is ${length}`);
    }
    return length;
  }

  #takeBlock(view: DataView, body: number, bodyEnd: number, type: number): void {
    if (type === BLOCK.ENHANCED_PACKET) this.#takeEnhancedPacket(view, body, bodyEnd);
    else if (type === BLOCK.SIMPLE_PACKET) this.#takeSimplePacket(view, body, bodyEnd);
    else if (type === BLOCK.PACKET) this.#takeObsoletePacket(view, body, bodyEnd);
    else if (type === BLOCK.INTERFACE_DESCRIPTION) this.#takeInterface(view, body, bodyEnd);
    else this.#first = this.#interfaces.length;
  }

  /** Interface, then as in every packet with a time. */
  #takeEnhancedPacket(view: DataView, at: number, end: number): void {
    this.#need(end - at, 20);
    this.#takeTimedPacket(view, at, end, view.getUint32(at, this.#packet.isLittleEndian));
  }

  /** Interface in two bytes, then two bytes with a count of drops, which we do not use. */
  #takeObsoletePacket(view: DataView, at: number, end: number): void {
    this.#need(end - at, 20);
    this.#takeTimedPacket(view, at, end, view.getUint16(at, this.#packet.isLittleEndian));
  }

  /** Upper and lower half of the time, captured length, original length; the packet, padded to 4 bytes; options. */
  #takeTimedPacket(view: DataView, at: number, end: number, id: number): void {
    const packet = this.#packet;
    const isLittleEndian = packet.isLittleEndian;
    const { clock } = this.#takeInterfaceOf(id);
    clock.read(view.getUint32(at + 4, isLittleEndian), view.getUint32(at + 8, isLittleEndian));
    packet.seconds = clock.seconds;
    packet.nanoseconds = clock.nanoseconds;
    const length = view.getUint32(at + 12, isLittleEndian);
    packet.originalLength = view.getUint32(at + 16, isLittleEndian);
    this.#need(end - at, 20 + length);
    packet.start = at + 20;
    packet.end = packet.start + length;
    packet.optionsStart = Math.min(packet.end + ((4 - (length % 4)) % 4), end);
    packet.optionsEnd = end;
    this.#sink.onPacket(packet);
  }

  /** Without time; of the section's first interface, whose snap length alone tells how much was captured. */
  #takeSimplePacket(view: DataView, at: number, end: number): void {
    const packet = this.#packet;
    this.#need(end - at, 4);
    const { snapLength } = this.#takeInterfaceOf(0);
    packet.seconds = Number.NaN;
    packet.nanoseconds = 0;
    packet.originalLength = view.getUint32(at, packet.isLittleEndian);
    const length = snapLength === 0 ? packet.originalLength : Math.min(snapLength, packet.originalLength);
    this.#need(end - at, 4 + length);
    packet.start = at + 4;
    packet.end = packet.start + length;
    packet.optionsStart = packet.optionsEnd = end;
    this.#sink.onPacket(packet);
  }

  #takeInterfaceOf(id: number): Interface {
    const found = this.#interfaces[this.#first + id];
    if (found === undefined) throw this.#damage("BAD_VALUE", `interface ${id} was not described`);
    this.#packet.interface = this.#first + id;
    this.#packet.linkType = found.linkType;
    return found;
  }

  /** Link type in two bytes, two bytes reserved, snap length, options. */
  #takeInterface(view: DataView, at: number, end: number): void {
    this.#need(end - at, 8);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, end - at);
    const order = this.#packet.isLittleEndian ? "little" : "big";
    const reader = new ByteReader(bytes, this.what, this.#offset, order);
    const linkType = reader.u16();
    reader.skip(2);
    const snapLength = reader.u32();
    const options = readOptions(reader);
    const resolution = options.find(({ code }) => code === OPTION.IF_TSRESOL)?.value[0] ?? 6;
    const offset = options.find(({ code, value }) => code === OPTION.IF_TSOFFSET && value.length === 8);
    const offsetSeconds =
      offset === undefined ? 0n : new ByteReader(offset.value, "if_tsoffset", 0, order).i64();
    this.#interfaces.push({ linkType, snapLength, clock: new TickClock(resolution, offsetSeconds) });
    this.#sink.onInterface({
      name: optionText(options, OPTION.IF_NAME),
      description: optionText(options, OPTION.IF_DESCRIPTION),
      linkType,
      snapLength,
    });
  }

  #need(have: number, need: number): void {
    if (have < need) throw this.#damage("SHORT", `need ${need} bytes, have ${have}`);
  }

  #damage(code: DecodeError["code"], expected: string): DecodeError {
    return new DecodeError(code, this.what, this.#offset, expected);
  }
}

function isUnderstood(type: number): boolean {
  return (
    type === BLOCK.ENHANCED_PACKET ||
    type === BLOCK.SIMPLE_PACKET ||
    type === BLOCK.PACKET ||
    type === BLOCK.INTERFACE_DESCRIPTION ||
    type === BLOCK.SECTION_HEADER
  );
}
