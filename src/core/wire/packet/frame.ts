/**
 * A captured frame in one call, in the words of the product's documents: the meaning of what `decode/frame-parser.ts` finds in
 * the bytes. Whatever is not a TCP segment comes back with the reason why it was passed over.
 *
 * @module
 */

import { formatEndpoint } from "../address.ts";
import { FrameParser } from "./decode/frame-parser.ts";
import type { SkipReason } from "./decode/walk.ts";
import { destinationAddress, type Segment, sourceAddress } from "./segment.ts";
import { formatTcpFlags, TCP_FLAG } from "./tcp-flags.ts";
import { decodeTcpOptions, type TcpOptions } from "./tcp-options.ts";

/** A frame without a TCP segment. */
export interface SkippedFrame {
  skipped: SkipReason;
}

/** A TCP segment; of a tunnel the one inside, of a fragmented packet its first piece. */
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
  const parser = new FrameParser();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reason = parser.parse(view, 0, bytes.length, originalLength, linkType);
  if (reason !== null) return { skipped: reason };
  const { optionsStart, payloadStart, end } = parser.places();
  return tcpFrame(
    parser.segment,
    bytes.subarray(optionsStart, payloadStart),
    bytes.subarray(payloadStart, end),
  );
}

function tcpFrame(segment: Segment, options: Uint8Array, payload: Uint8Array): TcpFrame {
  return {
    skipped: null,
    ipVersion: segment.ipVersion,
    from: formatEndpoint(sourceAddress(segment), segment.sourcePort),
    to: formatEndpoint(destinationAddress(segment), segment.destinationPort),
    flags: formatTcpFlags(segment.flags),
    seq: segment.sequence,
    ack: (segment.flags & TCP_FLAG.ACK) === 0 ? null : segment.acknowledgment,
    window: segment.window,
    options: decodeTcpOptions(options),
    payloadLength: segment.payloadLength,
    payload,
  };
}
