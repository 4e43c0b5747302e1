/**
 * Builds Ethernet frames with one TCP segment in them, with right lengths and checksums.
 *
 * @module
 */

import { parseEndpoint, parseMacAddress } from "../address.ts";
import { ByteWriter } from "../bytes.ts";
import { parseIpAddress } from "../ip-address.ts";
import { internetChecksum, tcpChecksum } from "./checksum.ts";
import { ETHER_TYPE } from "./ether-type.ts";
import { parseTcpFlags, TCP_FLAG } from "./tcp-flags.ts";
import { encodeTcpOptions, type TcpOptions } from "./tcp-options.ts";

/** A frame to be built. What is left out gets the value in brackets. */
export interface TcpFrameSpec {
  /** Endpoints of one IP version. */
  from: string;
  to: string;
  /** tcpdump's letters, in any order. */
  flags: string;
  seq: number;
  /** Written only with the ACK flag. */
  ack: number | null;
  window: number;
  /** (none) */
  options?: TcpOptions;
  /** (empty) */
  payload?: Uint8Array;
  /** Hardware address (02:00:00:00:00:01). */
  fromMac?: string;
  /** Hardware address (02:00:00:00:00:02). */
  toMac?: string;
  /** Time to live or hop limit (64). */
  ttl?: number;
  /** IPv4's identification (0). */
  identification?: number;
}

/** Both ends of a packet, 4 or 16 bytes each. */
interface Addresses {
  source: Uint8Array;
  destination: Uint8Array;
}

const IPPROTO_TCP = 6;
const DONT_FRAGMENT = 0x4000;
const IPV4_HEADER_LENGTH = 20;
const IPV4_CHECKSUM_OFFSET = 10;
const TCP_HEADER_LENGTH = 20;
const TCP_CHECKSUM_OFFSET = 16;

/**
 * A whole Ethernet frame, without padding and without a frame check sequence.
 *
 * @throws {DecodeError} if an endpoint, a hardware address or the flags cannot be read.
 * @throws {RangeError} if a number does not fit its field, or the ends are of different IP versions.
 * @rfc 9293 §3.1
 */
export function encodeTcpFrame(spec: TcpFrameSpec): Uint8Array {
  const [from, to] = [parseEndpoint(spec.from), parseEndpoint(spec.to)];
  const addresses = { source: parseIpAddress(from.address), destination: parseIpAddress(to.address) };
  if (addresses.source.length !== addresses.destination.length) {
    throw new RangeError(`${spec.from} and ${spec.to} are not of one IP version`);
  }
  const segment = encodeSegment(spec, from.port, to.port, addresses);
  const isIpv4 = addresses.source.length === 4;
  return new ByteWriter()
    .bytes(parseMacAddress(spec.toMac ?? "02:00:00:00:00:02"))
    .bytes(parseMacAddress(spec.fromMac ?? "02:00:00:00:00:01"))
    .u16be(isIpv4 ? ETHER_TYPE.IPV4 : ETHER_TYPE.IPV6)
    .bytes(isIpv4 ? ipv4Header(spec, addresses, segment.length) : ipv6Header(spec, addresses, segment.length))
    .bytes(segment)
    .finish();
}

function encodeSegment(
  spec: TcpFrameSpec,
  fromPort: number,
  toPort: number,
  addresses: Addresses,
): Uint8Array {
  const flags = parseTcpFlags(spec.flags);
  const options = spec.options === undefined ? new Uint8Array(0) : encodeTcpOptions(spec.options);
  const segment = new ByteWriter()
    .u16be(fromPort)
    .u16be(toPort)
    .u32be(spec.seq)
    .u32be((flags & TCP_FLAG.ACK) === 0 ? 0 : (spec.ack ?? 0))
    .u16be(((TCP_HEADER_LENGTH + options.length) / 4) * 0x1000 + flags)
    .u16be(spec.window)
    .zeros(4)
    .bytes(options)
    .bytes(spec.payload ?? new Uint8Array(0))
    .finish();
  const checksum = tcpChecksum(addresses.source, addresses.destination, segment);
  new DataView(segment.buffer).setUint16(TCP_CHECKSUM_OFFSET, checksum);
  return segment;
}

/** @rfc 791 §3.1 */
function ipv4Header(spec: TcpFrameSpec, addresses: Addresses, payloadLength: number): Uint8Array {
  const header = new ByteWriter()
    .u16be(0x4500)
    .u16be(IPV4_HEADER_LENGTH + payloadLength)
    .u16be(spec.identification ?? 0)
    .u16be(DONT_FRAGMENT)
    .u8(spec.ttl ?? 64)
    .u8(IPPROTO_TCP)
    .u16be(0)
    .bytes(addresses.source)
    .bytes(addresses.destination)
    .finish();
  new DataView(header.buffer).setUint16(IPV4_CHECKSUM_OFFSET, internetChecksum(header));
  return header;
}

/** @rfc 8200 §3 */
function ipv6Header(spec: TcpFrameSpec, addresses: Addresses, payloadLength: number): Uint8Array {
  return new ByteWriter()
    .u32be(0x60000000)
    .u16be(payloadLength)
    .u8(IPPROTO_TCP)
    .u8(spec.ttl ?? 64)
    .bytes(addresses.source)
    .bytes(addresses.destination)
    .finish();
}
