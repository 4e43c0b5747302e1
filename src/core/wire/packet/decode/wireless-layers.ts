/**
 * Frames of wireless networks (IEEE 802.11), with or without radiotap before them: data frames that are not encrypted.
 *
 * @module
 */

import { snap } from "./link-layers.ts";
import { LAYER, type Layer, skip, type Walk } from "./walk.ts";

const DATA = 2;
/** Bits of the subtype of data frames. */
const NO_DATA = 4;
const QOS = 8;
/** Bits of the second byte of frame control. */
const TO_DS = 0x01;
const FROM_DS = 0x02;
const PROTECTED = 0x40;
const ORDER = 0x80;
/** In the first byte of QoS control: several packets in one frame. */
const AGGREGATE = 0x80;

/** Version, padding, length of the header (2 bytes, little endian). */
export function radiotap(walk: Walk): Layer {
  const { view, start } = walk;
  if (walk.end - start < 4) return skip(walk, "cut off");
  walk.start = start + view.getUint16(start + 2, true);
  return LAYER.WIRELESS;
}

/**
 * Frame control, duration, three or four addresses, sequence control, then what the flags announce; then LLC and SNAP. Of
 * several packets in one frame the first is read.
 */
export function wireless(walk: Walk): Layer {
  const { view, start, end } = walk;
  if (end - start < 24) return skip(walk, "cut off");
  const control = view.getUint8(start);
  const flags = view.getUint8(start + 1);
  const subtype = control >> 4;
  if (((control >> 2) & 3) !== DATA || (subtype & NO_DATA) !== 0) return skip(walk, "not IP");
  if ((flags & PROTECTED) !== 0) return skip(walk, "encrypted");
  let at = start + ((flags & TO_DS) !== 0 && (flags & FROM_DS) !== 0 ? 30 : 24);
  if (at + 14 > end) return skip(walk, "cut off");
  if ((subtype & QOS) !== 0) {
    const isAggregate = (view.getUint8(at) & AGGREGATE) !== 0;
    at += 2 + ((flags & ORDER) !== 0 ? 4 : 0) + (isAggregate ? 14 : 0);
  }
  walk.start = at + paddingAt(view, at, end);
  return snap(walk);
}

/** Some cards pad the header to a multiple of 4. */
function paddingAt(view: DataView, at: number, end: number): number {
  return at + 4 <= end && view.getUint16(at) !== 0xaaaa && view.getUint16(at + 2) === 0xaaaa ? 2 : 0;
}
