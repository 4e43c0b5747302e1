/**
 * What a block of pcapng ends in: options. Whose bytes are in which order is told by the last section header.
 *
 * @module
 */

import { type ByteOrder, ByteReader, decodeText } from "../bytes.ts";
import type { CapturePacket } from "./capture.ts";
import { OPTION } from "./pcapng-format.ts";

/** The options in the rest of a block, in order. A malformed one ends them: the packet before it is worth more. */
export function readOptions(reader: ByteReader): { code: number; value: Uint8Array }[] {
  const options: { code: number; value: Uint8Array }[] = [];
  while (reader.remaining >= 4) {
    const code = reader.u16();
    const length = reader.u16();
    if (code === OPTION.END || length > reader.remaining) break;
    options.push({ code, value: reader.bytes(length) });
    reader.skip(Math.min((4 - (length % 4)) % 4, reader.remaining));
  }
  return options;
}

/** The texts of the options of that code as lines, or null if there are none. */
export function optionText(
  options: readonly { code: number; value: Uint8Array }[],
  code: number,
): string | null {
  const texts = options.filter((option) => option.code === code).map((option) => decodeText(option.value));
  return texts.length === 0 ? null : texts.join("\n");
}

/** The lower two bits of epb_flags: 1 is inbound, 2 is outbound. */
export function readDirection(
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
