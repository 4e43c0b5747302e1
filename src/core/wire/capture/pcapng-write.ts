/**
 * Writes pcapng files: one section, little endian, times in nanoseconds.
 *
 * @module
 */

import { ByteWriter, encodeText } from "../bytes.ts";
import type { CaptureInterface, CapturePacket } from "./capture.ts";
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, OPTION } from "./pcapng-format.ts";

/** A capture to be written. What is left out of an interface or a packet is unknown. */
export interface PcapngSpec {
  /** Who writes it, such as `listenq 1.0.0`. */
  application: string;
  /** The machine, such as `x86_64`. */
  hardware?: string;
  /** The operating system, such as `Linux 6.18`. */
  os?: string;
  interfaces: readonly (Pick<CaptureInterface, "linkType"> & Partial<CaptureInterface>)[];
  packets: readonly PcapngPacket[];
}

/** A packet to be written: its time is known, its direction need not be given. */
export interface PcapngPacket extends Omit<CapturePacket, "timeNs" | "direction"> {
  /** Nanoseconds since 1970-01-01 UTC, not negative. */
  timeNs: bigint;
  direction?: CapturePacket["direction"];
}

type Option = readonly [code: number, value: Uint8Array];

const NO_LIMIT = 0;
const LONGEST_OPTION = 0xffff;

/** A whole file. */
export function encodePcapng(spec: PcapngSpec): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(encodeSectionHeader(spec));
  for (const captureInterface of spec.interfaces) writer.bytes(encodeInterface(captureInterface));
  for (const packet of spec.packets) {
    if (packet.interface >= spec.interfaces.length)
      throw new RangeError(`there is no interface ${packet.interface}`);
    writer.bytes(encodeEnhancedPacket(packet));
  }
  return writer.finish();
}

/** The block with which a file begins. */
export function encodeSectionHeader(spec: Pick<PcapngSpec, "application" | "hardware" | "os">): Uint8Array {
  const body = new ByteWriter()
    .u32(BYTE_ORDER_MAGIC)
    .u16(1)
    .u16(0)
    // The length of the section is not given: a reader then goes on to the end.
    .u64(0xffff_ffff_ffff_ffffn);
  writeOptions(body, [
    ...textOption(OPTION.SHB_HARDWARE, spec.hardware),
    ...textOption(OPTION.SHB_OS, spec.os),
    ...textOption(OPTION.SHB_USERAPPL, spec.application),
  ]);
  return block(BLOCK.SECTION_HEADER, body);
}

/** The block of an interface, which must come before its first packet. */
export function encodeInterface(description: PcapngSpec["interfaces"][number]): Uint8Array {
  const body = new ByteWriter()
    .u16(description.linkType)
    .u16(0)
    .u32(description.snapLength ?? NO_LIMIT);
  writeOptions(body, [
    ...textOption(OPTION.IF_NAME, description.name),
    ...textOption(OPTION.IF_DESCRIPTION, description.description),
    [OPTION.IF_TSRESOL, Uint8Array.of(9)],
  ]);
  return block(BLOCK.INTERFACE_DESCRIPTION, body);
}

/** The block of a packet. */
export function encodeEnhancedPacket(packet: PcapngPacket): Uint8Array {
  const body = new ByteWriter()
    .u32(packet.interface)
    .u32(Number(packet.timeNs >> 32n))
    .u32(Number(packet.timeNs & 0xffff_ffffn))
    .u32(packet.bytes.length)
    .u32(packet.originalLength)
    .bytes(packet.bytes)
    .align(4);
  const direction = { in: 1, out: 2, unknown: 0 }[packet.direction ?? "unknown"];
  const flags = new ByteWriter().u32(direction).finish();
  writeOptions(body, [
    ...textOption(OPTION.COMMENT, packet.comment),
    ...(direction === 0 ? [] : [[OPTION.EPB_FLAGS, flags] as const]),
  ]);
  return block(BLOCK.ENHANCED_PACKET, body);
}

/** A text that is too long for an option is cut. */
function textOption(code: number, text: string | null | undefined): Option[] {
  return text === null || text === undefined ? [] : [[code, encodeText(text).subarray(0, LONGEST_OPTION)]];
}

function writeOptions(writer: ByteWriter, options: readonly Option[]): void {
  if (options.length === 0) return;
  for (const [code, value] of options) writer.u16(code).u16(value.length).bytes(value).align(4);
  writer.u16(OPTION.END).u16(0);
}

function block(type: number, body: ByteWriter): Uint8Array {
  const length = body.length + BLOCK_OVERHEAD;
  return new ByteWriter().u32(type).u32(length).bytes(body.finish()).u32(length).finish();
}
