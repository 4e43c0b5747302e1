/**
 * The headers that stand before IP: those of the link types, and the tags, labels and sessions behind them.
 *
 * @module
 */

import { LINK_TYPE } from "../link-type.ts";
import { LAYER, type Layer, layerOfEtherType, skip, type Walk } from "./walk.ts";

/** Below it, the field behind the addresses of an Ethernet frame is a length (IEEE 802.3). */
const SMALLEST_ETHER_TYPE = 0x600;

/** The first layer of a packet, by its link type; `SKIPPED` for a link type that we do not know. */
export function layerOfLinkType(walk: Walk): Layer {
  switch (walk.linkType) {
    case LINK_TYPE.ETHERNET:
      return LAYER.ETHERNET;
    case LINK_TYPE.LINUX_SLL:
      return LAYER.LINUX_SLL;
    case LINK_TYPE.LINUX_SLL2:
      return LAYER.LINUX_SLL2;
    case LINK_TYPE.NULL:
    case LINK_TYPE.LOOP:
      return LAYER.ADDRESS_FAMILY;
    case LINK_TYPE.RAW:
    case LINK_TYPE.RAW_BSD:
    case LINK_TYPE.RAW_OPENBSD:
    case LINK_TYPE.IPV4:
    case LINK_TYPE.IPV6:
      return LAYER.IP;
    case LINK_TYPE.PPP:
    case LINK_TYPE.PPP_HDLC:
      return LAYER.HDLC;
    case LINK_TYPE.PPP_ETHER:
      return LAYER.PPPOE;
    default:
      return rarerLayer(walk);
  }
}

function rarerLayer(walk: Walk): Layer {
  switch (walk.linkType) {
    case LINK_TYPE.C_HDLC:
      return LAYER.HDLC;
    case LINK_TYPE.FDDI:
      return LAYER.FDDI;
    case LINK_TYPE.DSA_TAG_BRCM:
    case LINK_TYPE.DSA_TAG_DSA:
      return LAYER.SWITCH_TAG;
    case LINK_TYPE.DSA_TAG_BRCM_PREPEND:
      return LAYER.SWITCH_PREPENDED;
    case LINK_TYPE.DSA_TAG_EDSA:
      return LAYER.ETHERNET;
    case LINK_TYPE.NFLOG:
      return LAYER.NFLOG;
    case LINK_TYPE.PKTAP:
    case LINK_TYPE.PKTAP_OLD:
      return LAYER.PKTAP;
    case LINK_TYPE.PFLOG:
      return LAYER.PFLOG;
    case LINK_TYPE.ENC:
      return LAYER.ENC;
    case LINK_TYPE.PPI:
      return LAYER.PPI;
    case LINK_TYPE.IEEE802_11_RADIO:
      return LAYER.RADIOTAP;
    case LINK_TYPE.IEEE802_11:
      return LAYER.WIRELESS;
    default:
      return skip(walk, "unknown link type");
  }
}

/** Two addresses of 6 bytes, then an EtherType. */
export function ethernet(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 14) return skip(walk, "cut off");
  const etherType = view.getUint16(start + 12);
  walk.start = start + 14;
  return etherType < SMALLEST_ETHER_TYPE ? snap(walk) : layerOfEtherType(walk, etherType);
}

/**
 * Behind a length: LLC (3 bytes) and SNAP (an organisation of 3 bytes and an EtherType), or a protocol that is not IP.
 *
 * @rfc 1042
 */
export function snap(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 8) return skip(walk, "not IP");
  if (view.getUint32(start) !== 0xaaaa0300 || view.getUint16(start + 4) !== 0) return skip(walk, "not IP");
  walk.start = start + 8;
  return layerOfEtherType(walk, view.getUint16(start + 6));
}

/** Frame control, two addresses; then LLC and SNAP. */
export function fddi(walk: Walk): Layer {
  if (walk.end - walk.start < 13) return skip(walk, "cut off");
  walk.start += 13;
  return snap(walk);
}

/** Two addresses, a switch's tag of 4 bytes, then the EtherType. */
export function switchTag(walk: Walk): Layer {
  return etherTypeAt(walk, 16, 18);
}

/** Behind the EtherType that announced it: 2 bytes reserved, the tag, then the next EtherType. */
export function switchEtherType(walk: Walk): Layer {
  return etherTypeAt(walk, 6, 8);
}

/** 4 bytes before a frame: a switch's tag, or what a backbone bridge puts behind its EtherType. */
export function taggedFrame(walk: Walk): Layer {
  if (walk.end - walk.start < 4) return skip(walk, "cut off");
  walk.start += 4;
  return LAYER.ETHERNET;
}

/** Behind the EtherType that announced it: priority and VLAN, then the next EtherType. */
export function vlan(walk: Walk): Layer {
  return etherTypeAt(walk, 2, 4);
}

/** 14 bytes about the packet, then the EtherType. */
export function linuxSll(walk: Walk): Layer {
  return etherTypeAt(walk, 14, 16);
}

/** The EtherType, then 18 bytes about the packet. */
export function linuxSll2(walk: Walk): Layer {
  return etherTypeAt(walk, 0, 20);
}

function etherTypeAt(walk: Walk, offset: number, headerLength: number): Layer {
  const { view, start } = walk;
  if (walk.end - start < headerLength) return skip(walk, "cut off");
  walk.start = start + headerLength;
  return layerOfEtherType(walk, view.getUint16(start + offset));
}

/** The family is a small number in either byte order; that of IPv6 differs from system to system. */
export function addressFamily(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 4) return skip(walk, "cut off");
  const big = view.getUint32(start);
  walk.start = start + 4;
  return isIpFamily(big > 0xffff ? big >>> 24 : big) ? LAYER.IP : skip(walk, "not IP");
}

/** Of any system. */
export function isIpFamily(family: number): boolean {
  return family === 2 || family === 10 || family === 24 || family === 28 || family === 30;
}

/**
 * PPP behind HDLC's address and control, which may be left out; Cisco's HDLC has an EtherType instead of a protocol.
 *
 * @rfc 1662 §3.1
 */
export function hdlc(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 4) return skip(walk, "cut off");
  const head = view.getUint16(start);
  if (head === 0xff03) {
    walk.start = start + 2;
    return LAYER.PPP;
  }
  if (head !== 0x0f00 && head !== 0x8f00) return LAYER.PPP;
  walk.start = start + 4;
  return layerOfEtherType(walk, view.getUint16(start + 2));
}

/**
 * A protocol number of two bytes, or of one byte if that is odd (protocol field compression).
 *
 * @rfc 1661 §2
 * @rfc 1661 §6.5
 */
export function ppp(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 2) return skip(walk, "cut off");
  const first = view.getUint8(start);
  const isShort = (first & 1) === 1;
  walk.start = start + (isShort ? 1 : 2);
  const protocol = isShort ? first : view.getUint16(start);
  if (protocol === 0x0021 || protocol === 0x0057) return LAYER.IP;
  return protocol === 0x0281 ? LAYER.MPLS : skip(walk, "not IP");
}

/**
 * Version and type (0x11), code (0 for a session's data), session, length; then PPP.
 *
 * @rfc 2516 §4
 */
export function pppoe(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 6) return skip(walk, "cut off");
  if (view.getUint16(start) !== 0x1100) return skip(walk, "not IP");
  walk.start = start + 6;
  return LAYER.PPP;
}

/**
 * Labels of 4 bytes; a bit of the third byte marks the last one. Nothing says what comes then: the first four bits of IP are
 * its version, and 0 is the control word before an Ethernet frame.
 *
 * @rfc 3032 §2.1
 * @rfc 4385 §3
 */
export function mpls(walk: Walk): Layer {
  const { view, end } = walk;
  let at = walk.start;
  while (at + 4 <= end && (view.getUint8(at + 2) & 1) === 0) at += 4;
  if (at + 5 > end) return skip(walk, "cut off");
  const first = view.getUint8(at + 4) >> 4;
  walk.start = at + (first === 0 ? 8 : 4);
  if (first === 0) return LAYER.ETHERNET;
  return first === 4 || first === 6 ? LAYER.IP : skip(walk, "not IP");
}
