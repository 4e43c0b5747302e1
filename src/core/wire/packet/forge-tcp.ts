/**
 * A TCP frame with other numbers or flags and a right checksum: what a wire sends in somebody else's name.
 *
 * @module
 */
import { finishTcpChecksum, tcpOf } from "./finish-checksum.ts";
import { seqAdd } from "./sequence.ts";
import { parseTcpFlags } from "./tcp-flags.ts";

const OFFSET = { seq: 4, ack: 8, flags: 13 } as const;

/** What a forged copy has instead of the packet's own. */
export interface Forgery {
  /** Added to the sequence number. */
  readonly seqBy: number;
  /** Added to the acknowledgement number. */
  readonly ackBy: number;
  /** tcpdump's letters; null keeps the packet's own. */
  readonly flags: string | null;
}

/** A forged copy of a whole frame; of a frame that is not TCP a plain copy. @throws {DecodeError} for flags that are none */
export function forgeTcpFrame(linkType: number, frame: Uint8Array, forgery: Forgery): Uint8Array {
  const copy = frame.slice();
  const segment = tcpOf(linkType, copy)?.segment;
  if (segment === undefined) return copy;
  segment.setUint32(OFFSET.seq, seqAdd(segment.getUint32(OFFSET.seq), forgery.seqBy));
  segment.setUint32(OFFSET.ack, seqAdd(segment.getUint32(OFFSET.ack), forgery.ackBy));
  if (forgery.flags !== null) segment.setUint8(OFFSET.flags, parseTcpFlags(forgery.flags) & 0xff);
  finishTcpChecksum(linkType, copy);
  return copy;
}
