/**
 * Reads pcap files whole. `read/` reads files that are larger than memory.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import type { Capture } from "./capture.ts";
import { isPcap } from "./capture-format.ts";
import { collectCapture } from "./collect.ts";
import { PCAP_FILE_HEADER_LENGTH, PcapParser } from "./pcap-parser.ts";

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
  return collectCapture(bytes, (sink) => new PcapParser(sink));
}
