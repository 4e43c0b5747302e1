/**
 * The header of IPv4, with its options as raw bytes. Nothing is reassembled here.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { internetChecksum } from "./checksum.ts";

/** What a header says, without what follows from the rest: lengths and checksum. */
export interface Ipv4Header {
  /** DSCP and ECN. */
  trafficClass: number;
  identification: number;
  dontFragment: boolean;
  moreFragments: boolean;
  /** In bytes, a multiple of 8. */
  fragmentOffset: number;
  ttl: number;
  /** 6 is TCP. */
  protocol: number;
  /** 4 bytes. */
  source: Uint8Array;
  destination: Uint8Array;
  /** 0 to 40 bytes, a multiple of 4. */
  options: Uint8Array;
}

/** A decoded packet. */
export interface Ipv4Packet {
  header: Ipv4Header;
  /** In bytes, options included. */
  headerLength: number;
  /** Of header and payload on the wire; 0 where segmentation offload left it open. */
  totalLength: number;
  /** What was captured of the payload, as a view; never more than the total length allows. */
  payload: Uint8Array;
}

const MIN_HEADER_LENGTH = 20;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

/**
 * The packet at the start of the bytes. The checksum is not judged: captures see it before the network card fills it in.
 *
 *     offset  bytes
 *     0       1      version, header length in units of 4 bytes
 *     1       1      traffic class
 *     2       2      total length
 *     4       2      identification
 *     6       2      flags, fragment offset in units of 8 bytes
 *     8       1      time to live
 *     9       1      protocol
 *     10      2      checksum of the header
 *     12      4      source
 *     16      4      destination
 *     20             options
 *
 * @throws {DecodeError} if the header is cut off or its lengths contradict each other.
 * @rfc 791 §3.1
 */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet {
  const reader = new ByteReader(bytes, "IPv4 header");
  const first = reader.u8();
  const headerLength = (first & 0x0f) * 4;
  if (first >> 4 !== 4) throw reader.badValue(`version 4 expected, is ${first >> 4}`);
  if (headerLength < MIN_HEADER_LENGTH)
    throw reader.badValue(`at least 20 bytes expected, says ${headerLength}`);
  const trafficClass = reader.u8();
  const totalLength = reader.u16be();
  if (totalLength !== 0 && totalLength < headerLength) {
    throw reader.badValue(`total length must be at least ${headerLength}, is ${totalLength}`);
  }
  const identification = reader.u16be();
  const fragment = reader.u16be();
  const ttl = reader.u8();
  const protocol = reader.u8();
  reader.skip(2);
  const header: Ipv4Header = {
    trafficClass,
    identification,
    dontFragment: (fragment & DONT_FRAGMENT) !== 0,
    moreFragments: (fragment & MORE_FRAGMENTS) !== 0,
    fragmentOffset: (fragment & 0x1fff) * 8,
    ttl,
    protocol,
    source: reader.bytes(4),
    destination: reader.bytes(4),
    options: reader.bytes(headerLength - MIN_HEADER_LENGTH),
  };
  const end = totalLength === 0 ? bytes.length : Math.min(totalLength, bytes.length);
  return { header, headerLength, totalLength, payload: bytes.subarray(headerLength, end) };
}

/**
 * A packet with its lengths and its checksum.
 *
 * @rfc 791 §3.1
 */
export function encodeIpv4(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  const headerLength = MIN_HEADER_LENGTH + header.options.length;
  if (headerLength % 4 !== 0 || headerLength > 60)
    throw new RangeError("IPv4 options must be 0 to 40 bytes, in fours");
  const flags = (header.dontFragment ? DONT_FRAGMENT : 0) | (header.moreFragments ? MORE_FRAGMENTS : 0);
  const packet = new ByteWriter()
    .u8(0x40 | (headerLength / 4))
    .u8(header.trafficClass)
    .u16be(headerLength + payload.length)
    .u16be(header.identification)
    .u16be(flags | (header.fragmentOffset / 8))
    .u8(header.ttl)
    .u8(header.protocol)
    .u16be(0)
    .bytes(header.source)
    .bytes(header.destination)
    .bytes(header.options)
    .bytes(payload)
    .finish();
  new DataView(packet.buffer).setUint16(10, internetChecksum(packet.subarray(0, headerLength)));
  return packet;
}
