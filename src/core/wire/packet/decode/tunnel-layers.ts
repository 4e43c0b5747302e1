/**
 * Tunnels between IP and the packet that they carry: GRE, and VXLAN, Geneve and GTP over UDP, which are known by their
 * destination port alone, as the kernel knows them.
 *
 * @module
 */

import { LAYER, type Layer, layerOfEtherType, skip, type Walk } from "./walk.ts";

/** IANA's port of VXLAN, and the one that Linux took before there was one. */
const VXLAN_PORTS = [4789, 8472] as const;
const VXLAN_GPE_PORT = 4790;
const GENEVE_PORT = 6081;
const GTP_PORT = 2152;

/** Bits of GRE's first two bytes. */
const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
const GRE_ACKNOWLEDGMENT = 0x0080;
const GRE_VERSION = 0x0007;

const PROTOCOL_PPP = 0x880b;
/** What switches mirror to a remote place: 8 bytes about the frame if GRE has a sequence number, then the frame. */
const PROTOCOL_ERSPAN = 0x88be;
/** Its third version: 12 bytes about the frame, and 8 more if the last bit says so. */
const PROTOCOL_ERSPAN_3 = 0x22eb;

/**
 * Flags and version, protocol, then 4 bytes for each of checksum, key, sequence and acknowledgment number that the flags announce.
 *
 * @rfc 2784 §2
 * @rfc 2890 §2
 * @rfc 2637 §4.1
 */
export function gre(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 4) return skip(walk, "cut off");
  const flags = view.getUint16(start);
  const protocol = view.getUint16(start + 2);
  if ((flags & GRE_ROUTING) !== 0 || (flags & GRE_VERSION) > 1) return skip(walk, "not TCP");
  walk.start = start + greHeaderLength(flags);
  if (protocol === PROTOCOL_PPP) return LAYER.PPP;
  if (protocol === PROTOCOL_ERSPAN_3) return erspan3(walk);
  if (protocol !== PROTOCOL_ERSPAN) return layerOfEtherType(walk, protocol);
  if ((flags & GRE_SEQUENCE) !== 0) walk.start += 8;
  return LAYER.ETHERNET;
}

/** The frame type stands in 5 bits of the last two bytes: 0 for Ethernet, 2 for IP. */
function erspan3(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 12) return skip(walk, "cut off");
  const last = view.getUint16(start + 10);
  walk.start = start + ((last & 1) === 0 ? 12 : 20);
  const type = (last >> 10) & 0x1f;
  if (type === 2) return LAYER.IP;
  return type === 0 ? LAYER.ETHERNET : skip(walk, "not IP");
}

function greHeaderLength(flags: number): number {
  let length = 4;
  for (const bit of [GRE_CHECKSUM, GRE_KEY, GRE_SEQUENCE, GRE_ACKNOWLEDGMENT]) {
    if ((flags & bit) !== 0) length += 4;
  }
  return length;
}

/** Source and destination port, length, checksum. */
export function udp(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 8) return skip(walk, "cut off");
  const port = view.getUint16(start + 2);
  walk.start = start + 8;
  if (port === VXLAN_PORTS[0] || port === VXLAN_PORTS[1]) return LAYER.VXLAN;
  if (port === GENEVE_PORT) return LAYER.GENEVE;
  if (port === VXLAN_GPE_PORT) return LAYER.VXLAN_GPE;
  return port === GTP_PORT ? LAYER.GTP : skip(walk, "not TCP");
}

/**
 * 8 bytes with the network's number; a bit says that it is there, and without that bit it is not VXLAN.
 *
 * @rfc 7348 §5
 */
export function vxlan(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 8) return skip(walk, "cut off");
  if ((view.getUint8(start) & 0x08) === 0) return skip(walk, "not TCP");
  walk.start = start + 8;
  return LAYER.ETHERNET;
}

/**
 * Version and length of the options in units of 4 bytes, flags, protocol, network; then the options.
 *
 * @rfc 8926 §3.4
 */
export function geneve(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 8) return skip(walk, "cut off");
  const first = view.getUint8(start);
  if (first >> 6 !== 0) return skip(walk, "not TCP");
  walk.start = start + 8 + (first & 0x3f) * 4;
  return layerOfEtherType(walk, view.getUint16(start + 2));
}

/** As VXLAN, with the protocol of what follows in the fourth byte if a bit says so: 1 IPv4, 2 IPv6, 3 Ethernet. */
export function vxlanGpe(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 8) return skip(walk, "cut off");
  const protocol = (view.getUint8(start) & 0x04) === 0 ? 3 : view.getUint8(start + 3);
  walk.start = start + 8;
  if (protocol === 1 || protocol === 2) return LAYER.IP;
  return protocol === 3 ? LAYER.ETHERNET : skip(walk, "not IP");
}

/** Version 1, a message of type 255: a user's packet. */
const GTP_USER_PACKET = 0x30ff;
const GTP_EXTENSION = 0x04;

/**
 * Flags and message type, length, tunnel; 4 bytes more if any of three flags is set; then extensions, each with its length in
 * units of 4 bytes first and the type of the next one last (3GPP TS 29.281 §5).
 */
export function gtp(walk: Walk): Layer {
  const { view, start, end } = walk;
  if (end - start < 12) return skip(walk, "cut off");
  const flags = view.getUint8(start);
  if ((view.getUint16(start) & 0xf0ff) !== GTP_USER_PACKET) return skip(walk, "not TCP");
  walk.start = start + ((flags & 0x07) === 0 ? 8 : 12);
  let next = (flags & GTP_EXTENSION) === 0 ? 0 : view.getUint8(start + 11);
  while (next !== 0) {
    const length = walk.start < end ? view.getUint8(walk.start) * 4 : 0;
    if (length === 0 || walk.start + length > end) return skip(walk, "cut off");
    walk.start += length;
    next = view.getUint8(walk.start - 1);
  }
  return LAYER.IP;
}
