/**
 * The header of IPv6 and the chain of extension headers between it and the transport header. Extension headers are kept as
 * raw bytes, fragments are not reassembled.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "../bytes.ts";

/** One extension header. */
export interface Ipv6Extension {
  /** 0 hop-by-hop options, 43 routing, 44 fragment, 51 authentication, 60 destination options. */
  type: number;
  /** The whole header; its first byte is the type of what follows. */
  bytes: Uint8Array;
}

/** What a header says, without what follows from the rest: the length. */
export interface Ipv6Header {
  /** DSCP and ECN. */
  trafficClass: number;
  /** 20 bits. */
  flowLabel: number;
  /** The type of the first extension header, or of the payload if there is none. */
  nextHeader: number;
  hopLimit: number;
  /** 16 bytes. */
  source: Uint8Array;
  destination: Uint8Array;
  extensions: readonly Ipv6Extension[];
}

/** A decoded packet. */
export interface Ipv6Packet {
  header: Ipv6Header;
  /** In bytes, extension headers included. */
  headerLength: number;
  /** After the first 40 bytes, on the wire; 0 for a jumbogram. */
  payloadLength: number;
  /** Of the payload behind all extension headers: 6 is TCP. */
  protocol: number;
  /** What was captured of that payload, as a view; never more than the length allows. */
  payload: Uint8Array;
}

const FIXED_LENGTH = 40;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const EXTENSIONS = [0, 43, FRAGMENT, AUTHENTICATION, 60];

/**
 * The packet at the start of the bytes. Behind the header of a fragment that is not the first there is no further header:
 * the walk ends there.
 *
 *     offset  bytes
 *     0       4      version (4 bits), traffic class (8), flow label (20)
 *     4       2      payload length
 *     6       1      next header
 *     7       1      hop limit
 *     8       16     source
 *     24      16     destination
 *     40             extension headers
 *
 * @throws {DecodeError} if a header is cut off or the lengths contradict each other.
 * @rfc 8200 §3
 */
export function decodeIpv6(bytes: Uint8Array): Ipv6Packet {
  const reader = new ByteReader(bytes, "IPv6 header");
  const first = reader.u32be();
  if (first >>> 28 !== 6) throw reader.badValue(`version 6 expected, is ${first >>> 28}`);
  const payloadLength = reader.u16be();
  const nextHeader = reader.u8();
  const hopLimit = reader.u8();
  const source = reader.bytes(16);
  const destination = reader.bytes(16);
  const { extensions, protocol } = readExtensions(reader, nextHeader);
  const headerLength = reader.offset;
  // A jumbogram, or a super-frame that segmentation offload has not yet cut, has length 0: then the capture decides.
  const length = payloadLength === 0 ? bytes.length : FIXED_LENGTH + payloadLength;
  if (length < headerLength)
    throw reader.badValue(`payload length ${payloadLength} ends inside the extension headers`);
  return {
    header: {
      trafficClass: (first >>> 20) & 0xff,
      flowLabel: first & 0xfffff,
      nextHeader,
      hopLimit,
      source,
      destination,
      extensions,
    },
    headerLength,
    payloadLength,
    protocol,
    payload: bytes.subarray(headerLength, Math.min(length, bytes.length)),
  };
}

/**
 * A packet with its length. The chain of the types is the caller's: `nextHeader`, and the first byte of each extension header.
 *
 * @rfc 8200 §3
 */
export function encodeIpv6(header: Ipv6Header, payload: Uint8Array): Uint8Array {
  const extensionsLength = header.extensions.reduce((sum, extension) => sum + extension.bytes.length, 0);
  if (header.flowLabel > 0xfffff)
    throw new RangeError(`${header.flowLabel} does not fit the 20 bits of a flow label`);
  const writer = new ByteWriter()
    .u32be(0x60000000 + header.trafficClass * 0x100000 + header.flowLabel)
    .u16be(extensionsLength + payload.length)
    .u8(header.nextHeader)
    .u8(header.hopLimit)
    .bytes(header.source)
    .bytes(header.destination);
  for (const extension of header.extensions) writer.bytes(extension.bytes);
  return writer.bytes(payload).finish();
}

function readExtensions(
  reader: ByteReader,
  nextHeader: number,
): { extensions: Ipv6Extension[]; protocol: number } {
  const extensions: Ipv6Extension[] = [];
  let type = nextHeader;
  while (EXTENSIONS.includes(type)) {
    const bytes = readExtension(reader, type);
    extensions.push({ type, bytes });
    const isLaterFragment = type === FRAGMENT && (((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) >= 8;
    type = bytes[0] ?? 0;
    if (isLaterFragment) break;
  }
  return { extensions, protocol: type };
}

/**
 * The second byte is the length: in units of 8 bytes beyond the first 8, for authentication in units of 4 beyond the first
 * 8; a fragment header has 8 bytes whatever stands there.
 */
function readExtension(reader: ByteReader, type: number): Uint8Array {
  const head = reader.peek(2);
  const length = head[1] ?? 0;
  if (type === FRAGMENT) return reader.bytes(8);
  return reader.bytes(type === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8);
}
