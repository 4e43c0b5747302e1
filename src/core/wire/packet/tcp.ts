/**
 * The header of TCP, with its options as raw bytes; `tcp-options.ts` reads those, `tcp-flags.ts` writes the flags as letters.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { tcpChecksum } from "./checksum.ts";

export { formatTcpFlags, parseTcpFlags, TCP_FLAG } from "./tcp-flags.ts";

/** What a header says, without what follows from the rest: its length and the checksum. */
export interface TcpHeader {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  /** Means something only with the ACK flag. */
  acknowledgment: number;
  /** Bits of `TCP_FLAG`. */
  flags: number;
  /** As in the header, not scaled. */
  window: number;
  urgentPointer: number;
  /** 0 to 40 bytes, a multiple of 4; fewer if the capture cut them off. */
  options: Uint8Array;
}

/** A decoded segment. */
export interface TcpSegment {
  header: TcpHeader;
  /** In bytes, options included, as the header says. */
  headerLength: number;
  checksum: number;
  /** What was captured of the payload, as a view. */
  payload: Uint8Array;
}

const MIN_HEADER_LENGTH = 20;

/**
 * The segment at the start of the bytes. Options that a capture's snap length cut off are no error; the checksum is not
 * judged, because captures see it before the network card fills it in.
 *
 *     offset  bytes
 *     0       2      source port
 *     2       2      destination port
 *     4       4      sequence number
 *     8       4      acknowledgment number
 *     12      2      header length in units of 4 bytes (4 bits), reserved (3), flags (9)
 *     14      2      window
 *     16      2      checksum
 *     18      2      urgent pointer
 *     20             options
 *
 * @throws {DecodeError} if the first 20 bytes are cut off or the header length is below 20.
 * @rfc 9293 §3.1
 */
export function decodeTcp(bytes: Uint8Array): TcpSegment {
  const reader = new ByteReader(bytes, "TCP header");
  const sourcePort = reader.u16be();
  const destinationPort = reader.u16be();
  const sequence = reader.u32be();
  const acknowledgment = reader.u32be();
  const lengthAndFlags = reader.u16be();
  const window = reader.u16be();
  const checksum = reader.u16be();
  const urgentPointer = reader.u16be();
  const headerLength = (lengthAndFlags >> 12) * 4;
  if (headerLength < MIN_HEADER_LENGTH)
    throw reader.badValue(`at least 20 bytes expected, says ${headerLength}`);
  const flags = lengthAndFlags & 0x1ff;
  const options = reader.bytes(Math.min(headerLength - MIN_HEADER_LENGTH, reader.remaining));
  return {
    header: { sourcePort, destinationPort, sequence, acknowledgment, flags, window, urgentPointer, options },
    headerLength,
    checksum,
    payload: reader.rest(),
  };
}

/**
 * A segment with its checksum, which covers the addresses (4 or 16 bytes) too.
 *
 * @rfc 9293 §3.1
 */
export function encodeTcp(
  header: TcpHeader,
  payload: Uint8Array,
  addresses: { source: Uint8Array; destination: Uint8Array },
): Uint8Array {
  const headerLength = MIN_HEADER_LENGTH + header.options.length;
  if (headerLength % 4 !== 0 || headerLength > 60)
    throw new RangeError("TCP options must be 0 to 40 bytes, in fours");
  if (header.flags > 0x1ff) throw new RangeError(`${header.flags} does not fit the 9 bits of the flags`);
  const segment = new ByteWriter()
    .u16be(header.sourcePort)
    .u16be(header.destinationPort)
    .u32be(header.sequence)
    .u32be(header.acknowledgment)
    .u16be((headerLength / 4) * 0x1000 + header.flags)
    .u16be(header.window)
    .u16be(0)
    .u16be(header.urgentPointer)
    .bytes(header.options)
    .bytes(payload)
    .finish();
  new DataView(segment.buffer).setUint16(16, tcpChecksum(addresses.source, addresses.destination, segment));
  return segment;
}
