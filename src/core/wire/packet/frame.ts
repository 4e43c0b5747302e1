/**
 * A captured frame in one call: link, IP and TCP headers together, in the words of the product's documents. Whatever is not
 * a whole TCP segment comes back with the reason why it was passed over.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { formatEndpoint, parseEndpoint, parseMacAddress } from "../address.ts";
import { parseIpAddress } from "../ip-address.ts";
import { ETHER_TYPE, encodeEthernet } from "./ethernet.ts";
import { decodeIp, encodeIpv4, encodeIpv6, type IpPacket } from "./ip.ts";
import { decodeLinkLayer } from "./link-type.ts";
import { decodeTcp, encodeTcp, type TcpSegment } from "./tcp.ts";
import { formatTcpFlags, parseTcpFlags, TCP_FLAG } from "./tcp-flags.ts";
import { decodeTcpOptions, encodeTcpOptions, type TcpOptions } from "./tcp-options.ts";

/** Why a frame was passed over. */
export type SkipReason =
  | "unknown link type"
  | "not IP"
  | "not TCP"
  | "fragment"
  | "cut off"
  | "malformed"
  | "nested too deeply";

/** A frame that is not a whole TCP segment. */
export interface SkippedFrame {
  skipped: SkipReason;
}

/** A TCP segment. */
export interface TcpFrame {
  skipped: null;
  ipVersion: 4 | 6;
  /** The sender, such as `127.0.0.1:59836` or `[::1]:47368`. */
  from: string;
  to: string;
  /** tcpdump's letters. */
  flags: string;
  /** Absolute. */
  seq: number;
  /** Absolute; null without the ACK flag. */
  ack: number | null;
  /** As in the header, not scaled. */
  window: number;
  options: TcpOptions;
  /** In bytes on the wire, by the IP header's length: neither padding nor a short capture changes it. */
  payloadLength: number;
  /** What was captured of the payload, as a view. */
  payload: Uint8Array;
}

/** What came of a frame. */
export type Frame = TcpFrame | SkippedFrame;

/**
 * The TCP segment in a captured frame; never throws. `originalLength` is that of the frame on the wire, in bytes: it gives
 * the payload's length where segmentation offload left the IP header's at 0.
 *
 * @rfc 9293 §3.1
 */
export function decodeFrame(
  linkType: number,
  bytes: Uint8Array,
  originalLength: number = bytes.length,
): Frame {
  try {
    const { known, ip } = decodeLinkLayer(linkType, bytes);
    if (!known) return { skipped: "unknown link type" };
    if (ip === null) return { skipped: "not IP" };
    return fromIp(decodeIp(ip), originalLength - bytes.length);
  } catch (error) {
    if (error instanceof DecodeError) return { skipped: error.code === "SHORT" ? "cut off" : "malformed" };
    throw error;
  }
}

function fromIp(packet: IpPacket, notCaptured: number): Frame {
  if (packet.fragment !== null) return { skipped: "fragment" };
  if (packet.protocol !== 6) return { skipped: "not TCP" };
  const segment = decodeTcp(packet.payload);
  const segmentLength = packet.payloadLength ?? packet.payload.length + Math.max(0, notCaptured);
  const payloadLength = segmentLength - segment.headerLength;
  return payloadLength < 0 ? { skipped: "malformed" } : tcpFrame(packet, segment, payloadLength);
}

function tcpFrame(packet: IpPacket, { header, payload }: TcpSegment, payloadLength: number): TcpFrame {
  return {
    skipped: null,
    ipVersion: packet.version,
    from: formatEndpoint(packet.source, header.sourcePort),
    to: formatEndpoint(packet.destination, header.destinationPort),
    flags: formatTcpFlags(header.flags),
    seq: header.sequence,
    ack: (header.flags & TCP_FLAG.ACK) === 0 ? null : header.acknowledgment,
    window: header.window,
    options: decodeTcpOptions(header.options),
    payloadLength,
    payload,
  };
}

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

/**
 * A whole Ethernet frame with right lengths and checksums, without padding.
 *
 * @throws {DecodeError} if an endpoint, a hardware address or the flags are not what they should be.
 * @rfc 9293 §3.1
 */
export function encodeTcpFrame(spec: TcpFrameSpec): Uint8Array {
  const [from, to] = [parseEndpoint(spec.from), parseEndpoint(spec.to)];
  const addresses = { source: parseIpAddress(from.address), destination: parseIpAddress(to.address) };
  if (addresses.source.length !== addresses.destination.length) {
    throw new RangeError(`${spec.from} and ${spec.to} are not of one IP version`);
  }
  const flags = parseTcpFlags(spec.flags);
  const header = {
    sourcePort: from.port,
    destinationPort: to.port,
    sequence: spec.seq,
    acknowledgment: (flags & TCP_FLAG.ACK) === 0 ? 0 : (spec.ack ?? 0),
    flags,
    window: spec.window,
    urgentPointer: 0,
    options: spec.options === undefined ? new Uint8Array(0) : encodeTcpOptions(spec.options),
  };
  const segment = encodeTcp(header, spec.payload ?? new Uint8Array(0), addresses);
  const isIpv4 = addresses.source.length === 4;
  const ethernet = {
    destination: parseMacAddress(spec.toMac ?? "02:00:00:00:00:02"),
    source: parseMacAddress(spec.fromMac ?? "02:00:00:00:00:01"),
    vlanTags: [],
    etherType: isIpv4 ? ETHER_TYPE.IPV4 : ETHER_TYPE.IPV6,
  };
  return encodeEthernet(ethernet, encodeIp(spec, addresses, segment));
}

function encodeIp(
  spec: TcpFrameSpec,
  addresses: { source: Uint8Array; destination: Uint8Array },
  segment: Uint8Array,
): Uint8Array {
  const hops = spec.ttl ?? 64;
  if (addresses.source.length === 16) {
    const header = {
      trafficClass: 0,
      flowLabel: 0,
      nextHeader: 6,
      hopLimit: hops,
      ...addresses,
      extensions: [],
    };
    return encodeIpv6(header, segment);
  }
  const header = {
    trafficClass: 0,
    identification: spec.identification ?? 0,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: hops,
    protocol: 6,
    ...addresses,
    options: new Uint8Array(0),
  };
  return encodeIpv4(header, segment);
}
