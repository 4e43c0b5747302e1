/**
 * Which kind of capture bytes are, by their beginning alone.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { utf16Of } from "./listing/line-splitter.ts";
import { isPcapMagic } from "./pcap-parser.ts";
import { BLOCK, BYTE_ORDER_MAGIC } from "./pcapng-format.ts";

/** What a capture can be. */
export type CaptureFormat = "pcap" | "pcapng" | "tcpdump text";

/** So many bytes tell the format; fewer only if there are no more. */
export const FORMAT_HEAD = 12;

/** Compressed files, which have to be decompressed before: what each begins with. */
const COMPRESSED = [
  { name: "gzip", magic: 0x1f8b0800, mask: 0xffff0000 },
  { name: "zstd", magic: 0x28b52ffd, mask: 0xffffffff },
  { name: "xz", magic: 0xfd377a58, mask: 0xffffffff },
  { name: "bzip2", magic: 0x425a6800, mask: 0xffffff00 },
] as const;

/**
 * The format of a capture that begins with these bytes.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if they are of none, SHORT if there are none.
 */
export function detectFormat(head: Uint8Array): CaptureFormat {
  if (head.length === 0) throw new DecodeError("SHORT", "capture", 0, "it is empty");
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length >= 4) {
    if (isPcap(head)) return "pcap";
    if (isPcapng(head)) return "pcapng";
    if (!isText(head)) throw notACapture(view.getUint32(0));
  }
  if (!isText(head)) throw notACapture(0);
  return "tcpdump text";
}

/** Either byte order, either resolution. */
export function isPcap(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const view = new DataView(head.buffer, head.byteOffset, 4);
  return isPcapMagic(view.getUint32(0)) || isPcapMagic(view.getUint32(0, true));
}

/** The length between type and magic is not looked at: a wrong one is damage, not another format. */
export function isPcapng(head: Uint8Array): boolean {
  if (head.length < FORMAT_HEAD) return false;
  const view = new DataView(head.buffer, head.byteOffset, FORMAT_HEAD);
  if (view.getUint32(0) !== BLOCK.SECTION_HEADER) return false;
  return view.getUint32(8) === BYTE_ORDER_MAGIC || view.getUint32(8, true) === BYTE_ORDER_MAGIC;
}

/** UTF-16 with its byte-order mark; else no control characters but tabs, line ends, and the escape with which terminals colour their text. */
function isText(head: Uint8Array): boolean {
  if (utf16Of(head) !== null) return true;
  return head.every((byte) =>
    byte >= 32 ? byte !== 127 : byte === 9 || byte === 10 || byte === 13 || byte === 27,
  );
}

function notACapture(first: number): DecodeError {
  const packed = COMPRESSED.find(({ magic, mask }) => ((first ^ magic) & mask) === 0);
  const found = packed === undefined ? "" : `, is ${packed.name}, which has to be decompressed before`;
  const expected = `the beginning of a pcap or pcapng file or a tcpdump listing expected${found}`;
  return new DecodeError("UNKNOWN_FORMAT", "capture", 0, expected);
}
