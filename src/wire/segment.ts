/**
 * One TCP segment as a capture shows it, in numbers only, so that a million of them cost no million objects: a reader
 * fills the same object again and again. Copy what is to be kept. `frame.ts` has the form in words for single frames.
 *
 * @module
 */

/** A segment. An IPv4 address is in `source3` and `destination3` alone, the other words are 0. All words are int32. */
export interface Segment {
  /** The packet's number in its capture, counted from 1 over all packets, also those that are no TCP. */
  number: number;
  /** Milliseconds since the first packet of the capture, to the nanosecond where known. */
  at: number;
  ipVersion: 4 | 6;
  source0: number;
  source1: number;
  source2: number;
  source3: number;
  destination0: number;
  destination1: number;
  destination2: number;
  destination3: number;
  sourcePort: number;
  destinationPort: number;
  /** Bits of `TCP_FLAG`. */
  flags: number;
  /** Absolute, unsigned; for tcpdump text with relative numbers, as absolute as the listing allows. */
  sequence: number;
  /** Absolute, unsigned; 0 without the ACK flag. */
  acknowledgment: number;
  /** TCP payload in bytes on the wire. */
  payloadLength: number;
  /** As in the header, not scaled. */
  window: number;
  /** Time to live or hop limit of the innermost IP header; 0 where unknown. */
  hopLimit: number;
  /** IPv4 identification of the innermost header; -1 where there is none. */
  identification: number;
  /** The TSval of the timestamps option, unsigned; -1 without it, or where the options were not captured. */
  timestampValue: number;
  /** The TSecr of the timestamps option, unsigned; -1 without it. */
  timestampEcho: number;
  /** Whether the options hold a Fast Open option (kind 34). */
  hasFastOpen: boolean;
  /** Which interface of the capture saw it, from 0. */
  interface: number;
}
