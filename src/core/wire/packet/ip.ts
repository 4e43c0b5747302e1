/**
 * The one question that a capture asks of an IP packet, of either version: from where, to where, which protocol, and where
 * its payload begins and ends. The headers in full are in `ipv4.ts` and `ipv6.ts`.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { decodeIpv4, type Ipv4Header } from "./ipv4.ts";
import { decodeIpv6, type Ipv6Header } from "./ipv6.ts";

export { decodeIpv4, encodeIpv4, type Ipv4Header, type Ipv4Packet } from "./ipv4.ts";
export { decodeIpv6, encodeIpv6, type Ipv6Extension, type Ipv6Header, type Ipv6Packet } from "./ipv6.ts";

/** A piece of a packet that was too large for some link. */
export interface IpFragment {
  /** Of this piece in the whole payload, in bytes. */
  offset: number;
  /** Whether pieces follow. */
  more: boolean;
}

/** An IP packet of either version. */
export interface IpPacket {
  version: 4 | 6;
  /** 4 or 16 bytes, as in the packet. */
  source: Uint8Array;
  destination: Uint8Array;
  /** Of the payload: 6 is TCP. */
  protocol: number;
  /** Null for a whole packet. */
  fragment: IpFragment | null;
  /** How much payload the packet had on the wire, in bytes; null if the header leaves it open (segmentation offload). */
  payloadLength: number | null;
  /** What was captured of it, as a view, without the padding of the link. */
  payload: Uint8Array;
}

/**
 * The IP packet at the start of the bytes.
 *
 * @throws {DecodeError} if its headers are cut off or contradict themselves, or the version is neither 4 nor 6.
 * @rfc 791 §3.1
 * @rfc 8200 §3
 */
export function decodeIp(bytes: Uint8Array): IpPacket {
  const version = (bytes[0] ?? 0) >> 4;
  if (bytes.length === 0) throw new DecodeError("SHORT", "IP header", 0, "need 1 byte, have 0");
  if (version === 4) return fromIpv4(bytes);
  if (version === 6) return fromIpv6(bytes);
  throw new DecodeError("BAD_VALUE", "IP header", 0, `version 4 or 6 expected, is ${version}`);
}

function fromIpv4(bytes: Uint8Array): IpPacket {
  const { header, headerLength, totalLength, payload } = decodeIpv4(bytes);
  return {
    version: 4,
    source: header.source,
    destination: header.destination,
    protocol: header.protocol,
    fragment: ipv4Fragment(header),
    payloadLength: totalLength === 0 ? null : totalLength - headerLength,
    payload,
  };
}

function ipv4Fragment({ fragmentOffset, moreFragments }: Ipv4Header): IpFragment | null {
  return fragmentOffset === 0 && !moreFragments ? null : { offset: fragmentOffset, more: moreFragments };
}

function fromIpv6(bytes: Uint8Array): IpPacket {
  const { header, headerLength, payloadLength, protocol, payload } = decodeIpv6(bytes);
  return {
    version: 6,
    source: header.source,
    destination: header.destination,
    protocol,
    fragment: ipv6Fragment(header),
    payloadLength: payloadLength === 0 ? null : payloadLength - (headerLength - 40),
    payload,
  };
}

/** An atomic fragment, offset 0 and nothing to follow, is a whole packet (RFC 6946). */
function ipv6Fragment(header: Ipv6Header): IpFragment | null {
  const extension = header.extensions.find(({ type }) => type === 44);
  if (extension === undefined) return null;
  const field = ((extension.bytes[2] ?? 0) << 8) | (extension.bytes[3] ?? 0);
  const fragment = { offset: field & 0xfff8, more: (field & 1) === 1 };
  return fragment.offset === 0 && !fragment.more ? null : fragment;
}
