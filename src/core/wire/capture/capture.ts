/**
 * What a capture file holds, whichever its format.
 *
 * @module
 */

/** Where packets were captured. */
export interface CaptureInterface {
  /** Such as `eth0`, or null. */
  name: string | null;
  description: string | null;
  /** A number of `LINK_TYPE`. */
  linkType: number;
  /** The most bytes kept of a packet; 0 for no limit. */
  snapLength: number;
}

/** One captured packet. */
export interface CapturePacket {
  /** Index into the interfaces. */
  interface: number;
  /** Nanoseconds since 1970-01-01 UTC; null where the format holds none. */
  timeNs: bigint | null;
  /** What was kept. */
  bytes: Uint8Array;
  /** Of the packet on the wire, in bytes. */
  originalLength: number;
  /** Several comments come as several lines. */
  comment: string | null;
  /** Seen from the machine that captured; null if unknown. */
  direction: "in" | "out" | null;
}
