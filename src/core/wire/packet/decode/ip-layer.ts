/**
 * IPv4 and IPv6: addresses, hop limit and identification of the innermost header go into the segment. Of a fragmented packet
 * the first piece, which holds the TCP header, is read; the others are passed over.
 *
 * @module
 */

import { type Layer, layerOfProtocol, skip, type Walk } from "./walk.ts";

/** So many IP headers in one packet are believed: real tunnels have two or three. */
const MOST_IP_HEADERS = 9;

const AUTHENTICATION = 51;
const FRAGMENT = 44;

/** An IP packet of either version. */
export function ip(walk: Walk): Layer {
  if (walk.end <= walk.start) return skip(walk, "cut off");
  walk.ipHeaders += 1;
  if (walk.ipHeaders > MOST_IP_HEADERS) return skip(walk, "nested too deeply");
  const version = walk.view.getUint8(walk.start) >> 4;
  if (version === 4) return ipv4(walk);
  return version === 6 ? ipv6(walk) : skip(walk, "malformed");
}

/** @rfc 791 §3.1 */
function ipv4(walk: Walk): Layer {
  const { view, start, end, segment } = walk;
  if (end - start < 20) return skip(walk, "cut off");
  const lengths = view.getUint32(start);
  const headerLength = (lengths >>> 22) & 0x3c;
  const totalLength = lengths & 0xffff;
  if (headerLength < 20 || (totalLength !== 0 && totalLength < headerLength)) return skip(walk, "malformed");
  if (end - start < headerLength) return skip(walk, "cut off");
  const identification = view.getUint32(start + 4);
  if ((identification & 0x1fff) !== 0) return skip(walk, "fragment");
  if ((identification & 0x2000) !== 0) walk.isFragment = true;
  segment.ipVersion = 4;
  segment.identification = identification >>> 16;
  segment.hopLimit = view.getUint8(start + 8);
  segment.source0 = segment.source1 = segment.source2 = 0;
  segment.source3 = view.getInt32(start + 12);
  segment.destination0 = segment.destination1 = segment.destination2 = 0;
  segment.destination3 = view.getInt32(start + 16);
  // A super-frame that segmentation offload has not yet cut has length 0: then the capture decides.
  if (totalLength !== 0) endAt(walk, start + totalLength);
  walk.start = start + headerLength;
  return behind(walk, view.getUint8(start + 9));
}

/** @rfc 8200 §3 */
function ipv6(walk: Walk): Layer {
  const { view, start, end, segment } = walk;
  if (end - start < 40) return skip(walk, "cut off");
  const payloadLength = view.getUint16(start + 4);
  segment.ipVersion = 6;
  segment.identification = -1;
  segment.hopLimit = view.getUint8(start + 7);
  segment.source0 = view.getInt32(start + 8);
  segment.source1 = view.getInt32(start + 12);
  segment.source2 = view.getInt32(start + 16);
  segment.source3 = view.getInt32(start + 20);
  segment.destination0 = view.getInt32(start + 24);
  segment.destination1 = view.getInt32(start + 28);
  segment.destination2 = view.getInt32(start + 32);
  segment.destination3 = view.getInt32(start + 36);
  // 0 for a jumbogram, and where segmentation offload has not yet cut the packet.
  if (payloadLength !== 0) endAt(walk, start + 40 + payloadLength);
  walk.start = start + 40;
  return behind(walk, view.getUint8(start + 6));
}

/** The IP header says where the packet ends: what the link put behind it is padding. */
function endAt(walk: Walk, wireEnd: number): void {
  walk.wireEnd = wireEnd;
  if (wireEnd < walk.end) walk.end = wireEnd;
}

/** Passes over extension headers: of IPv6, and authentication of either version. */
function behind(walk: Walk, firstHeader: number): Layer {
  let type = firstHeader;
  while (isExtension(type)) {
    const { view, start } = walk;
    if (walk.end - start < 8) return skip(walk, "cut off");
    if (type === FRAGMENT && isLaterFragment(walk)) return skip(walk, "fragment");
    walk.start = start + extensionLength(view, start, type);
    type = view.getUint8(start);
  }
  return walk.start > walk.end ? skip(walk, "cut off") : layerOfProtocol(walk, type);
}

/** Offset (13 bits), reserved (2), whether more follow. An atomic fragment, offset 0 and nothing to follow, is a whole packet. */
function isLaterFragment(walk: Walk): boolean {
  const field = walk.view.getUint16(walk.start + 2);
  if ((field & 1) !== 0) walk.isFragment = true;
  return field >= 8;
}

/** Hop-by-hop options, routing, fragment, authentication, destination options, mobility. */
function isExtension(type: number): boolean {
  return (
    type === 0 || type === 43 || type === FRAGMENT || type === AUTHENTICATION || type === 60 || type === 135
  );
}

/** In units of 8 bytes beyond the first 8; of 4 for authentication; a fragment header has 8 bytes whatever stands there. */
function extensionLength(view: DataView, start: number, type: number): number {
  if (type === FRAGMENT) return 8;
  const length = view.getUint8(start + 1);
  return type === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}
