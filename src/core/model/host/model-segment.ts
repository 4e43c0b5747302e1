/**
 * A TCP segment as the model sees it: addresses, flags, numbers; no bytes. Answers that a host without a socket, or with a
 * mere request, sends are made here, since their form is the same in every era.
 *
 * @module
 */
import { seqAdd } from "../../wire/packet/sequence.ts";
import { parseTcpFlags, TCP_FLAG } from "../../wire/packet/tcp-flags.ts";

/** One end of a connection: an endpoint's text such as `"192.0.2.1:40001"`, or any number that stands for one. */
export type Peer = string | number;

/** What a SYN says about TCP Fast Open: it asks for a cookie, or shows a good one, or a bad one. */
export type FastOpenOption = "request" | "cookie" | "bad-cookie";

export interface ModelSegment {
  readonly from: Peer;
  readonly to: Peer;
  /** Bits of `TCP_FLAG`. */
  readonly flags: number;
  readonly seq: number;
  /** Means something only with the ACK flag. */
  readonly ack: number;
  /** Payload in bytes. */
  readonly length: number;
  readonly fastOpen?: FastOpenOption;
}

/** What of a recorded packet makes a segment. */
interface PacketNumbers {
  readonly from: string;
  readonly to: string;
  readonly flags: string;
  readonly seq: number;
  readonly ack: number | null;
  readonly length: number;
}

/** A recorded packet as a segment. */
export function segmentOf({ from, to, flags, seq, ack, length }: PacketNumbers): ModelSegment {
  return { from, to, flags: parseTcpFlags(flags), seq, ack: ack ?? 0, length };
}

/** Whether all these flags are set. */
export function has(segment: ModelSegment, flag: number): boolean {
  return (segment.flags & flag) !== 0;
}

/** The sequence number after everything that the segment carries; SYN and FIN count one each. */
export function endOf(segment: ModelSegment): number {
  const marks = (has(segment, TCP_FLAG.SYN) ? 1 : 0) + (has(segment, TCP_FLAG.FIN) ? 1 : 0);
  return seqAdd(segment.seq, segment.length + marks);
}

/**
 * The reset with which a host answers a segment that it has no use for.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_send_reset() v6.18
 * @rfc 9293 §3.5.2
 */
export function resetTo(segment: ModelSegment): ModelSegment {
  const { from: to, to: from } = segment;
  if (has(segment, TCP_FLAG.ACK))
    return { from, to, flags: TCP_FLAG.RST, seq: segment.ack, ack: 0, length: 0 };
  return { from, to, flags: TCP_FLAG.RST | TCP_FLAG.ACK, seq: 0, ack: endOf(segment), length: 0 };
}

/** A segment without payload in answer to another. */
export function answerTo(
  segment: Pick<ModelSegment, "from" | "to">,
  flags: number,
  seq: number,
  ack: number,
): ModelSegment {
  return { from: segment.to, to: segment.from, flags, seq, ack, length: 0 };
}
