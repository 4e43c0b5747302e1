/**
 * The final ACK that a reset answers. The kernel's filter does not pass it, but the reset's own number proves it: the kernel
 * answers an ACK for which it makes no socket with a reset that has no ACK flag and the ACK's number. Pure.
 *
 * @module
 */

import type { Segment } from "../../wire/packet/segment.ts";
import { seqAdd } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import type { Connection } from "../follow/connection.ts";
import { PHASE } from "../follow/connection.ts";
import { isFromClient } from "../follow/connection-table.ts";

/** Whether a segment is a server's reset in answer to a final ACK. @kernel net/ipv4/tcp_ipv4.c tcp_v4_send_reset() v6.18 */
export function isHandshakeReset(connection: Connection, segment: Segment): boolean {
  const isBare = (segment.flags & (TCP_FLAG.RST | TCP_FLAG.ACK)) === TCP_FLAG.RST;
  if (!isBare || !connection.hasServerIsn || isFromClient(connection, segment)) return false;
  return segment.sequence === seqAdd(connection.serverIsn, 1);
}

/** The ACK that such a reset proves, as if it had been seen just before; null where one was seen, or none is proven. */
export function ackBefore(connection: Connection, reset: Segment): Segment | null {
  if (connection.phase !== PHASE.answered || !isHandshakeReset(connection, reset)) return null;
  return {
    ...reset,
    source0: reset.destination0,
    source1: reset.destination1,
    source2: reset.destination2,
    source3: reset.destination3,
    destination0: reset.source0,
    destination1: reset.source1,
    destination2: reset.source2,
    destination3: reset.source3,
    sourcePort: reset.destinationPort,
    destinationPort: reset.sourcePort,
    flags: TCP_FLAG.ACK,
    sequence: seqAdd(connection.clientIsn, 1),
    acknowledgment: reset.sequence,
    payloadLength: 0,
  };
}
