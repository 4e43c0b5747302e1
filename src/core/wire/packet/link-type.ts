/**
 * What a captured packet begins with, by the link type that its capture file names, and where its IP packet is. Only the
 * types that captures of TCP on Linux and BSD have.
 *
 * @module
 */

import { ByteReader } from "../bytes.ts";
import { decodeEthernet, ETHER_TYPE } from "./ethernet.ts";

/** Numbers of the registry at https://www.tcpdump.org/linktypes.html. */
export const LINK_TYPE = {
  /** BSD loopback: the address family in the order of the machine that captured. */
  NULL: 0,
  ETHERNET: 1,
  /** PPP, with or without the two bytes of HDLC before it. */
  PPP: 9,
  /** What some systems wrote instead of RAW. */
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  /** PPP behind the two bytes of HDLC, or Cisco's HDLC. */
  PPP_HDLC: 50,
  /** A PPPoE session's packets without Ethernet. */
  PPP_ETHER: 51,
  /** An IP packet without anything before it. */
  RAW: 101,
  /** OpenBSD loopback: the address family in network order. */
  LOOP: 108,
  /** Linux's `any` device. */
  LINUX_SLL: 113,
  IPV4: 228,
  IPV6: 229,
  /** Linux's `any` device, second form. */
  LINUX_SLL2: 276,
} as const;

/** The bytes from the IP header on; `null` says that it is another protocol, or a link type that we do not know. */
export interface LinkPayload {
  known: boolean;
  ip: Uint8Array | null;
}

/**
 * Finds the IP packet in a captured one.
 *
 * @throws {DecodeError} SHORT if the link header is cut off.
 */
export function decodeLinkLayer(linkType: number, bytes: Uint8Array): LinkPayload {
  const reader = new ByteReader(bytes, "link header");
  switch (linkType) {
    case LINK_TYPE.ETHERNET: {
      const { header, payload } = decodeEthernet(bytes);
      return byEtherType(header.etherType, payload);
    }
    case LINK_TYPE.RAW:
    case LINK_TYPE.IPV4:
    case LINK_TYPE.IPV6:
      return { known: true, ip: bytes };
    case LINK_TYPE.NULL:
    case LINK_TYPE.LOOP:
      return byAddressFamily(reader.u32be(), reader.rest());
    case LINK_TYPE.LINUX_SLL:
      // Packet type, ARPHRD type and address length and 8 bytes of address come before the protocol.
      reader.skip(14);
      return byEtherType(reader.u16be(), reader.rest());
    case LINK_TYPE.LINUX_SLL2: {
      const etherType = reader.u16be();
      reader.skip(18);
      return byEtherType(etherType, reader.rest());
    }
    default:
      return { known: false, ip: null };
  }
}

function byEtherType(etherType: number, payload: Uint8Array): LinkPayload {
  const isIp = etherType === ETHER_TYPE.IPV4 || etherType === ETHER_TYPE.IPV6;
  return { known: true, ip: isIp ? payload : null };
}

/** The family is a small number in either byte order; that of IPv6 differs from system to system. */
function byAddressFamily(value: number, payload: Uint8Array): LinkPayload {
  const family = value > 0xffff ? value >>> 24 : value;
  return { known: true, ip: [2, 10, 24, 28, 30].includes(family) ? payload : null };
}
