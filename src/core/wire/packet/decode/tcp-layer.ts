/**
 * TCP's header into a segment, with the two options that tell something of handshakes: timestamps and Fast Open. `tcp-options.ts`
 * decodes all of them.
 *
 * @module
 */

import type { Segment } from "../segment.ts";
import { TCP_FLAG } from "../tcp-flags.ts";
import { TCP_OPTION } from "../tcp-options.ts";
import { LAYER, type Layer, skip, type Walk } from "./walk.ts";

/** Without options. */
export const TCP_HEADER_LENGTH = 20;
/** NOP, NOP, timestamps of 10 bytes: the options of nearly every segment of an established connection. */
const USUAL_TIMESTAMPS = 0x0101080a;

/** @rfc 9293 §3.1 */
export function tcp(walk: Walk): Layer {
  const { view, start, segment } = walk;
  if (walk.end - start < TCP_HEADER_LENGTH) return skip(walk, "cut off");
  const lengthFlagsWindow = view.getUint32(start + 12);
  const headerLength = (lengthFlagsWindow >>> 26) & 0x3c;
  const payloadLength = walk.wireEnd - start - headerLength;
  if (headerLength < TCP_HEADER_LENGTH || payloadLength < 0) return skip(walk, "malformed");
  const ports = view.getUint32(start);
  const flags = (lengthFlagsWindow >>> 16) & 0x1ff;
  segment.sourcePort = ports >>> 16;
  segment.destinationPort = ports & 0xffff;
  segment.sequence = view.getUint32(start + 4);
  segment.acknowledgment = (flags & TCP_FLAG.ACK) === 0 ? 0 : view.getUint32(start + 8);
  segment.flags = flags;
  segment.window = lengthFlagsWindow & 0xffff;
  segment.payloadLength = payloadLength;
  const end = Math.min(start + headerLength, walk.end);
  options(view, start + TCP_HEADER_LENGTH, end, segment);
  return LAYER.DONE;
}

/** @rfc 7323 §3.2 */
function options(view: DataView, start: number, end: number, segment: Segment): void {
  segment.hasFastOpen = false;
  if (end - start === 12 && view.getUint32(start) === USUAL_TIMESTAMPS) {
    segment.timestampValue = view.getUint32(start + 4);
    segment.timestampEcho = view.getUint32(start + 8);
    return;
  }
  segment.timestampValue = -1;
  segment.timestampEcho = -1;
  everyOption(view, start, end, segment);
}

/** Reads on past options that it does not know, and stops at one that cannot be. @rfc 9293 §3.2 */
function everyOption(view: DataView, start: number, end: number, segment: Segment): void {
  for (let at = start; at < end; ) {
    const kind = view.getUint8(at);
    if (kind === TCP_OPTION.END) return;
    const length = kind === TCP_OPTION.NOP ? 1 : optionLength(view, at, end);
    if (length === 0) return;
    if (kind === TCP_OPTION.FAST_OPEN) segment.hasFastOpen = true;
    if (kind === TCP_OPTION.TIMESTAMPS && length === 10) {
      segment.timestampValue = view.getUint32(at + 2);
      segment.timestampEcho = view.getUint32(at + 6);
    }
    at += length;
  }
}

/** 0 for an option that does not fit. */
function optionLength(view: DataView, at: number, end: number): number {
  const length = at + 1 < end ? view.getUint8(at + 1) : 0;
  return length < 2 || at + length > end ? 0 : length;
}
