/**
 * Whole capture files as values, so that tests can look at what was written.
 *
 * @module
 */
import { DecodeError } from "../../src/core/errors.ts";
import type { CaptureInterface, CapturePacket } from "../../src/core/wire/capture/capture.ts";
import { isPcap, isPcapng } from "../../src/core/wire/capture/capture-format.ts";
import { capturePacketOf } from "../../src/core/wire/capture/capture-packet.ts";
import { PCAP_FILE_HEADER_LENGTH, PcapParser } from "../../src/core/wire/capture/pcap-parser.ts";
import { PcapngParser } from "../../src/core/wire/capture/pcapng-parser.ts";
import type { PacketSink } from "../../src/core/wire/capture/raw-packet.ts";
import { type RecordParser, RecordStream } from "../../src/core/wire/capture/record-stream.ts";

/** A capture file that was read. */
export interface Capture {
  interfaces: CaptureInterface[];
  packets: CapturePacket[];
  /** Whether the file ends, or is damaged, before its last record: what came before that place is here. */
  truncated: boolean;
  /** What was wrong at that place, or null. */
  problem: string | null;
}

/**
 * A pcap file; its one interface has no name. Bytes of packets are views.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if it does not begin with one of the magic numbers, SHORT if its header is cut off.
 */
export function decodePcap(bytes: Uint8Array): Capture {
  if (!isPcap(bytes)) throw new DecodeError("UNKNOWN_FORMAT", "pcap file", 0, "a pcap magic number expected");
  if (bytes.length < PCAP_FILE_HEADER_LENGTH) {
    const expected = `need ${PCAP_FILE_HEADER_LENGTH} bytes, have ${bytes.length}`;
    throw new DecodeError("SHORT", "pcap file", 0, expected);
  }
  return collect(bytes, (sink) => new PcapParser(sink));
}

/**
 * A pcapng file. Interfaces of several sections are counted through; bytes of packets are views.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if it does not begin with a section header, even a cut-off one.
 */
export function decodePcapng(bytes: Uint8Array): Capture {
  if (!isPcapng(bytes))
    throw new DecodeError("UNKNOWN_FORMAT", "pcapng file", 0, "a section header expected");
  return collect(bytes, (sink) => new PcapngParser(sink));
}

/** Lets the parser read the file; damage ends the reading. */
function collect(bytes: Uint8Array, parserOf: (sink: PacketSink) => RecordParser): Capture {
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
