/**
 * Reads pcapng files whole: either byte order, any resolution of time, several sections. Blocks that we do not know are passed
 * over; a damaged or cut-off file gives what comes before that place. `read/` reads files that are larger than memory.
 *
 * @module
 */

import { DecodeError } from "../../errors.ts";
import type { Capture } from "./capture.ts";
import { isPcapng } from "./capture-format.ts";
import { collectCapture } from "./collect.ts";
import { PcapngParser } from "./pcapng-parser.ts";

/**
 * A pcapng file. Interfaces of several sections are counted through; bytes of packets are views.
 *
 * @throws {DecodeError} UNKNOWN_FORMAT if it does not begin with a section header, even a cut-off one.
 */
export function decodePcapng(bytes: Uint8Array): Capture {
  if (!isPcapng(bytes))
    throw new DecodeError("UNKNOWN_FORMAT", "pcapng file", 0, "a section header expected");
  return collectCapture(bytes, (sink) => new PcapngParser(sink));
}
