/**
 * Headers that a capturing system puts before the packet itself: NFLOG, PKTAP, PFLOG, ENC, PPI. They say what follows.
 *
 * @module
 */

import { isIpFamily } from "./link-layers.ts";
import { LAYER, type Layer, skip, type Walk } from "./walk.ts";

/** The attribute of NFLOG that holds the packet. @kernel include/uapi/linux/netfilter/nfnetlink_log.h NFULA_PAYLOAD v6.18 */
const NFULA_PAYLOAD = 9;

/** Family, version, resource id (2 bytes), then attributes: length and type (2 bytes each, in the capturing machine's order), value. */
export function nflog(walk: Walk): Layer {
  const { view, end } = walk;
  let at = walk.start + 4;
  while (at + 4 <= end) {
    const isLittle = view.getUint16(at, true) <= end - at;
    const length = view.getUint16(at, isLittle);
    if (length < 4) return skip(walk, "malformed");
    if ((view.getUint16(at + 2, isLittle) & 0x7fff) === NFULA_PAYLOAD) {
      walk.start = at + 4;
      return LAYER.IP;
    }
    at += (length + 3) & ~3;
  }
  return skip(walk, "cut off");
}

/** macOS: length of the header, what follows (1: a packet), its link type, and more about the interface and the process. */
export function pktap(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 12) return skip(walk, "cut off");
  const isLittle = view.getUint32(start, true) <= 0xffff;
  const length = view.getUint32(start, isLittle);
  if (length < 12) return skip(walk, "malformed");
  if (length > walk.end - start) return skip(walk, "cut off");
  if (view.getUint32(start + 4, isLittle) !== 1) return skip(walk, "not IP");
  walk.linkType = view.getUint32(start + 8, isLittle);
  walk.start = start + length;
  return LAYER.LINK;
}

/** BSD's packet filter: the header's length, which padding follows to a multiple of 4, and the address family. */
export function pflog(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 4) return skip(walk, "cut off");
  const length = (view.getUint8(start) + 3) & ~3;
  if (!isIpFamily(view.getUint8(start + 1))) return skip(walk, "not IP");
  walk.start = start + length;
  return LAYER.IP;
}

/** BSD's IPsec interface: the address family in the capturing machine's order, SPI and flags; 4 bytes each. */
export function enc(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 12) return skip(walk, "cut off");
  const family = view.getUint32(start, view.getUint32(start, true) <= 0xffff);
  walk.start = start + 12;
  return isIpFamily(family) ? LAYER.IP : skip(walk, "not IP");
}

/** Version, flags, length of all headers (2 bytes), link type of the packet (4), in little endian. */
export function ppi(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 8) return skip(walk, "cut off");
  const length = view.getUint16(start + 2, true);
  if (length < 8) return skip(walk, "malformed");
  if (length > walk.end - start) return skip(walk, "cut off");
  walk.linkType = view.getUint32(start + 4, true);
  walk.start = start + length;
  return LAYER.LINK;
}
