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
  /**
   * Milliseconds since the first packet of the capture that has a time, to the nanosecond where known; negative for packets
   * that stand behind a later one. NaN where the capture holds no time: pcapng's simple packets, `tcpdump -t`.
   */
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

/**
 * A segment to be filled by a reader. The fields that hold unsigned numbers and times begin as NaN, which makes the engine
 * keep them as doubles from the start: else the first large sequence number would change the object's shape.
 */
export function emptySegment(): Segment {
  return {
    number: 0,
    at: Number.NaN,
    ipVersion: 4,
    source0: 0,
    source1: 0,
    source2: 0,
    source3: 0,
    destination0: 0,
    destination1: 0,
    destination2: 0,
    destination3: 0,
    sourcePort: 0,
    destinationPort: 0,
    flags: 0,
    sequence: Number.NaN,
    acknowledgment: Number.NaN,
    payloadLength: 0,
    window: 0,
    hopLimit: 0,
    identification: -1,
    timestampValue: Number.NaN,
    timestampEcho: Number.NaN,
    hasFastOpen: false,
    interface: 0,
  };
}

/** The sender's address, 4 or 16 bytes. */
export function sourceAddress(segment: Segment): Uint8Array {
  const { source0, source1, source2, source3 } = segment;
  return addressOf(segment.ipVersion, [source0, source1, source2, source3]);
}

/** The receiver's address, 4 or 16 bytes. */
export function destinationAddress(segment: Segment): Uint8Array {
  const { destination0, destination1, destination2, destination3 } = segment;
  return addressOf(segment.ipVersion, [destination0, destination1, destination2, destination3]);
}

function addressOf(ipVersion: 4 | 6, words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  for (const [place, word] of words.entries()) view.setInt32(4 * place, word);
  return new Uint8Array(view.buffer).subarray(ipVersion === 4 ? 12 : 0);
}
