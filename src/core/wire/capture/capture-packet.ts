/**
 * A packet as a value of its own, for whoever writes it again.
 *
 * @module
 */

import { ByteReader } from "../bytes.ts";
import type { CapturePacket } from "./capture.ts";
import { OPTION } from "./pcapng-format.ts";
import { optionText, readDirection, readOptions } from "./pcapng-options.ts";
import { type RawPacket, timeNsOf } from "./raw-packet.ts";

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
