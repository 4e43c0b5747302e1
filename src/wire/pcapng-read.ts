/**
 * Reads pcapng files of whatever origin: either byte order, any resolution of time, several sections. Blocks that we do not
 * know are passed over; a damaged or cut-off file gives what comes before that place.
 *
 * @module
 */

import { DecodeError } from "../errors.ts";
import { type ByteOrder, ByteReader } from "./bytes.ts";
import type { Capture, CaptureInterface, CapturePacket } from "./capture.ts";
import { type Block, optionText, readBlock, readOptions } from "./pcapng-blocks.ts";
import { BLOCK, OPTION } from "./pcapng-format.ts";

/** How the ticks of an interface become nanoseconds since the epoch: ticks * numerator / denominator + offset. */
interface Clock {
  numerator: bigint;
  denominator: bigint;
  offsetNs: bigint;
}

/** What the reader knows on its way; `first` is the index of the current section's first interface. */
interface Reading extends Capture {
  clocks: Clock[];
  first: number;
  order: ByteOrder | null;
}

/**
 * A pcapng file. Interfaces of several sections are counted through; bytes of packets are views.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if it does not begin with a section header, even a cut-off one.
 */
export function decodePcapng(bytes: Uint8Array): Capture {
  assertPcapng(bytes);
  const reading: Reading = {
    interfaces: [],
    packets: [],
    truncated: false,
    problem: null,
    clocks: [],
    first: 0,
    order: null,
  };
  try {
    for (let offset = 0; offset < bytes.length; ) {
      const block = readBlock(bytes, offset, reading.order);
      onBlock(reading, block);
      offset = block.next;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    reading.truncated = true;
    reading.problem = error.message;
  }
  const { interfaces, packets, truncated, problem } = reading;
  return { interfaces, packets, truncated, problem };
}

function assertPcapng(bytes: Uint8Array): void {
  const magics = ["0a0d0d0a4d3c2b1a", "0a0d0d0a1a2b3c4d"];
  const hex = (part: Uint8Array): string =>
    Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join("");
  // The length between type and magic is not looked at: a wrong one is damage, not another format.
  if (!magics.includes(hex(bytes.subarray(0, 4)) + hex(bytes.subarray(8, 12)))) {
    throw new DecodeError("UNKNOWN_FORMAT", "pcapng file", 0, "a section header expected");
  }
}

function onBlock(reading: Reading, block: Block): void {
  const reader = new ByteReader(block.body, "pcapng block", block.bodyOffset, block.order);
  switch (block.type) {
    case BLOCK.SECTION_HEADER:
      reading.order = block.order;
      reading.first = reading.interfaces.length;
      break;
    case BLOCK.INTERFACE_DESCRIPTION:
      onInterface(reading, reader);
      break;
    case BLOCK.ENHANCED_PACKET:
      reading.packets.push(readEnhancedPacket(reading, reader, reader.u32()));
      break;
    case BLOCK.PACKET: {
      const id = reader.u16();
      // The count of drops, which we do not use.
      reader.skip(2);
      reading.packets.push(readEnhancedPacket(reading, reader, id));
      break;
    }
    case BLOCK.SIMPLE_PACKET:
      reading.packets.push(readSimplePacket(reading, reader));
      break;
    default:
  }
}

/**
 *     offset  bytes
 *     0       2      link type
 *     2       2      reserved
 *     4       4      snap length
 *     8              options
 */
function onInterface(reading: Reading, reader: ByteReader): void {
  const linkType = reader.u16();
  reader.skip(2);
  const snapLength = reader.u32();
  const options = readOptions(reader);
  const name = optionText(options, OPTION.IF_NAME);
  const description = optionText(options, OPTION.IF_DESCRIPTION);
  const resolution = options.find(({ code }) => code === OPTION.IF_TSRESOL)?.value[0] ?? 6;
  const offset = options.find(({ code, value }) => code === OPTION.IF_TSOFFSET && value.length === 8)?.value;
  const offsetSeconds =
    offset === undefined ? 0n : new ByteReader(offset, "if_tsoffset", 0, reader.order).i64();
  reading.interfaces.push({ name, description, linkType, snapLength });
  reading.clocks.push({ ...fractionOf(resolution), offsetNs: offsetSeconds * 1_000_000_000n });
}

/** The lower 7 bits are a negative exponent: of 2 if the upper bit is set, else of 10. */
function fractionOf(resolution: number): Pick<Clock, "numerator" | "denominator"> {
  const base = (resolution & 0x80) === 0 ? 10n : 2n;
  return { numerator: 1_000_000_000n, denominator: base ** BigInt(resolution & 0x7f) };
}

/**
 *     offset  bytes
 *     0       4      interface
 *     4       4      upper half of the time
 *     8       4      lower half of the time
 *     12      4      captured length
 *     16      4      original length
 *     20             packet, padded to 4 bytes; options
 */
function readEnhancedPacket(reading: Reading, reader: ByteReader, id: number): CapturePacket {
  const { index } = interfaceOf(reading, reader, id);
  const ticks = (BigInt(reader.u32()) << 32n) | BigInt(reader.u32());
  const capturedLength = reader.u32();
  const originalLength = reader.u32();
  const bytes = reader.bytes(capturedLength);
  reader.skip(Math.min((4 - (capturedLength % 4)) % 4, reader.remaining));
  const options = readOptions(reader);
  return {
    interface: index,
    timeNs: timeOf(reading.clocks[index], ticks),
    bytes,
    originalLength,
    comment: optionText(options, OPTION.COMMENT),
    direction: readDirection(options, reader.order),
  };
}

/** A simple packet belongs to the section's first interface, whose snap length alone tells how much was captured. */
function readSimplePacket(reading: Reading, reader: ByteReader): CapturePacket {
  const { index, snapLength } = interfaceOf(reading, reader, 0);
  const originalLength = reader.u32();
  const capturedLength = snapLength === 0 ? originalLength : Math.min(snapLength, originalLength);
  const bytes = reader.bytes(capturedLength);
  return { interface: index, timeNs: null, bytes, originalLength, comment: null, direction: null };
}

function interfaceOf(reading: Reading, reader: ByteReader, id: number): CaptureInterface & { index: number } {
  const found = reading.interfaces[reading.first + id];
  if (found === undefined) throw reader.badValue(`interface ${id} was not described`);
  return { ...found, index: reading.first + id };
}

function timeOf(clock: Clock | undefined, ticks: bigint): bigint | null {
  if (clock === undefined) return null;
  return (ticks * clock.numerator) / clock.denominator + clock.offsetNs;
}

/** The lower two bits of epb_flags: 1 is inbound, 2 is outbound. */
function readDirection(
  options: readonly { code: number; value: Uint8Array }[],
  order: ByteOrder,
): CapturePacket["direction"] {
  const value = options.find(
    (option) => option.code === OPTION.EPB_FLAGS && option.value.length === 4,
  )?.value;
  if (value === undefined) return null;
  const bits = new ByteReader(value, "epb_flags", 0, order).u32() & 3;
  if (bits === 1) return "in";
  return bits === 2 ? "out" : null;
}
