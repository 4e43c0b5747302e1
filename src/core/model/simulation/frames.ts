/**
 * Frames for a capture of a simulation: the headers say what the model knows, the rest is what a Linux host would say.
 *
 * @module
 */
import { payloadOf } from "../../scenario/index.ts";
import { encodeTcpFrame } from "../../wire/packet/encode-frame.ts";
import { formatTcpFlags, TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { NO_TCP_OPTIONS, type TcpOptions } from "../../wire/packet/tcp-options.ts";
import { has, type ModelSegment } from "../host/model-segment.ts";

const WINDOW = 64_240;
const WINDOW_SCALE = 7;
const COOKIE = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

/** The frame of a segment that leaves at a moment. */
export function frameOf(segment: ModelSegment, atMs: number, mss: number, isFromClient: boolean): Uint8Array {
  return encodeTcpFrame({
    from: String(segment.from),
    to: String(segment.to),
    flags: formatTcpFlags(segment.flags),
    seq: segment.seq,
    ack: has(segment, TCP_FLAG.ACK) ? segment.ack : null,
    window: has(segment, TCP_FLAG.RST) ? 0 : WINDOW,
    options: optionsOf(segment, atMs, mss),
    payload: payloadOf(isFromClient ? "request" : "answer", segment.length),
  });
}

function optionsOf(segment: ModelSegment, atMs: number, mss: number): TcpOptions {
  if (has(segment, TCP_FLAG.RST)) return NO_TCP_OPTIONS;
  const timestamps = { value: Math.floor(atMs), echo: 0 };
  if (!has(segment, TCP_FLAG.SYN)) return { ...NO_TCP_OPTIONS, timestamps };
  const { fastOpen } = segment;
  const fastOpenCookie = fastOpen === undefined ? null : fastOpen === "request" ? new Uint8Array(0) : COOKIE;
  return {
    ...NO_TCP_OPTIONS,
    mss,
    sackPermitted: true,
    timestamps,
    windowScale: WINDOW_SCALE,
    fastOpenCookie,
  };
}
