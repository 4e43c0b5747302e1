/**
 * A whole capture file as values, for small jobs: what `decodePcap` and `decodePcapng` return. It holds every packet; a
 * `CaptureReader` does not.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import { ByteReader } from "../bytes.ts";
import type { Capture, CapturePacket } from "./capture.ts";
import { OPTION } from "./pcapng-format.ts";
import { optionText, readDirection, readOptions } from "./pcapng-options.ts";
import { type PacketSink, type RawPacket, timeNsOf } from "./raw-packet.ts";
import { type RecordParser, RecordStream } from "./record-stream.ts";

/** Lets the parser read the file; damage ends the reading. Bytes of packets are views. */
export function collectCapture(bytes: Uint8Array, parserOf: (sink: PacketSink) => RecordParser): Capture {
  const capture: Capture = { interfaces: [], packets: [], truncated: false, problem: null };
  const parser = parserOf({
    onInterface: (description) => capture.interfaces.push(description),
    onPacket: (packet) => capture.packets.push(capturePacketOf(packet)),
  });
  try {
    const stream = new RecordStream(parser);
    stream.push(bytes);
    stream.end();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    capture.truncated = true;
    capture.problem = error.message;
  }
  return capture;
}

/** A packet as a value; its bytes are a view. */
export function capturePacketOf(packet: RawPacket): CapturePacket {
  const { view, start, end, originalLength, seconds, nanoseconds } = packet;
  return {
    interface: packet.interface,
    timeNs: timeNsOf(seconds, nanoseconds),
    bytes: new Uint8Array(view.buffer, view.byteOffset + start, end - start),
    originalLength,
    ...describedBy(packet),
  };
}

/** What the record's options say. */
function describedBy(packet: RawPacket): Pick<CapturePacket, "comment" | "direction"> {
  const { view, optionsStart, optionsEnd } = packet;
  if (optionsEnd === optionsStart) return { comment: null, direction: null };
  const bytes = new Uint8Array(view.buffer, view.byteOffset + optionsStart, optionsEnd - optionsStart);
  const order = packet.isLittleEndian ? "little" : "big";
  const options = readOptions(new ByteReader(bytes, "options", 0, order));
  return { comment: optionText(options, OPTION.COMMENT), direction: readDirection(options, order) };
}
