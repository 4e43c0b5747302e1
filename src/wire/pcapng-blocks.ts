/**
 * The layers of pcapng below packets: a file is a row of blocks, a block ends in options. Whose bytes are in which order is
 * told by the last section header.
 *
 * @module
 */

import { DecodeError } from "../errors.ts";
import { type ByteOrder, ByteReader, decodeText } from "./bytes.ts";
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, OPTION } from "./pcapng-format.ts";

/** One block. */
export interface Block {
  type: number;
  /** Without type and lengths. */
  body: Uint8Array;
  order: ByteOrder;
  /** Of the body, in bytes from the start of the file. */
  bodyOffset: number;
  /** Where the next block begins. */
  next: number;
}

/**
 * The block at `offset`; `order` is that of the section so far, or null at the start of the file.
 *
 *     offset  bytes
 *     0       4      type
 *     4       4      length of the block, a multiple of 4
 *     8              body; of a section header it begins with the byte-order magic
 *     -4      4      length of the block, again
 *
 * @throws {DecodeError} if the block is cut off, its lengths contradict each other, or there is no section yet.
 */
export function readBlock(file: Uint8Array, offset: number, order: ByteOrder | null): Block {
  const rest = file.subarray(offset);
  const type = new ByteReader(rest, "pcapng block", offset, order ?? "little").u32();
  const blockOrder = type === BLOCK.SECTION_HEADER ? readOrder(rest, offset) : order;
  if (blockOrder === null)
    throw new DecodeError("UNKNOWN_FORMAT", "pcapng file", offset, "a section header expected");
  const reader = new ByteReader(rest, "pcapng block", offset, blockOrder);
  reader.skip(4);
  const length = reader.u32();
  if (length < BLOCK_OVERHEAD || length % 4 !== 0) {
    throw reader.badValue(`the length must be a multiple of 4 and at least 12, is ${length}`);
  }
  const body = reader.bytes(length - BLOCK_OVERHEAD);
  const again = reader.u32();
  if (again !== length)
    throw reader.badValue(`the length is ${length} before the body and ${again} after it`);
  return { type, body, order: blockOrder, bodyOffset: offset + 8, next: offset + length };
}

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

function readOrder(block: Uint8Array, offset: number): ByteOrder {
  const reader = new ByteReader(block, "pcapng section header", offset);
  reader.skip(8);
  const magic = reader.peek(4);
  for (const order of ["little", "big"] as const) {
    if (new ByteReader(magic, "byte-order magic", offset + 8, order).u32() === BYTE_ORDER_MAGIC) return order;
  }
  throw new DecodeError("UNKNOWN_FORMAT", "pcapng section header", offset, "the byte-order magic expected");
}
