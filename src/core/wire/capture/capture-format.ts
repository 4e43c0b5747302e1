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

const WITH_EDITCAP = "editcap FILE new.pcapng makes a file of it that can be read";

/** Formats that are not read: what each begins with, and what makes it readable. */
const OTHERS = [
  { magic: [0x1f, 0x8b], name: "gzip within another compression", remedy: "decompress it before" },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    name: "zstd within another compression",
    remedy: "decompress it before",
  },
  { magic: [0xfd, 0x37, 0x7a, 0x58], name: "xz", remedy: "xz -dc FILE | listenq explain -" },
  { magic: [0x42, 0x5a, 0x68], name: "bzip2", remedy: "bzip2 -dc FILE | listenq explain -" },
  { magic: [0x04, 0x22, 0x4d, 0x18], name: "lz4", remedy: "lz4 -dc FILE | listenq explain -" },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: "a zip archive", remedy: "unzip -p FILE | listenq explain -" },
  { magic: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0], name: "a snoop file of Solaris", remedy: WITH_EDITCAP },
  { magic: [0x47, 0x4d, 0x42, 0x55], name: "a file of Microsoft Network Monitor", remedy: WITH_EDITCAP },
  { magic: [0x52, 0x54, 0x53, 0x53], name: "a file of Microsoft Network Monitor", remedy: WITH_EDITCAP },
  { magic: [0x54, 0x52, 0x53, 0x4e, 0x49, 0x46, 0x46], name: "a file of Sniffer", remedy: WITH_EDITCAP },
] as const;

/**
 * The format of a capture that begins with these bytes.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if they are of none, SHORT if there are none.
 */
export function detectFormat(head: Uint8Array): CaptureFormat {
  if (head.length === 0) throw new DecodeError("SHORT", "capture", 0, "it is empty");
  if (isPcap(head)) return "pcap";
  if (isPcapng(head)) return "pcapng";
  const other = OTHERS.find(({ magic }) => magic.every((byte, place) => head[place] === byte));
  if (other !== undefined) throw notACapture(`is ${other.name}: ${other.remedy}`);
  if (isText(head)) return "tcpdump text";
  if (looksLikeErf(head)) throw notACapture(`may be an ERF file: ${WITH_EDITCAP}`);
  throw notACapture(null);
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

/**
 * ERF has no magic number: a time of 8 bytes in little endian, its upper half in seconds; type, flags, and the record's length.
 */
function looksLikeErf(head: Uint8Array): boolean {
  if (head.length < FORMAT_HEAD) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [seconds, type, length] = [view.getUint32(4, true), view.getUint8(8) & 0x7f, view.getUint16(10)];
  const isTime = seconds > Date.UTC(1995, 0) / 1000 && seconds < Date.UTC(2060, 0) / 1000;
  return isTime && type >= 1 && type <= 48 && length >= 16;
}

function notACapture(found: string | null): DecodeError {
  const what = found === null ? "" : `, ${found}`;
  const expected = `the beginning of a pcap or pcapng file or a tcpdump listing expected${what}`;
  return new DecodeError("UNKNOWN_FORMAT", "capture", 0, expected);
}
