/**
 * What the client's packets tell, from the final ACK on.
 *
 * @module
 */
import type { Segment } from "../../wire/packet/segment.ts";
import { seqAdd, seqDiff } from "../../wire/packet/sequence.ts";
import { TCP_FLAG } from "../../wire/packet/tcp-flags.ts";
import { type Connection, PHASE } from "./connection.ts";
import { noteSide, onDataAgain } from "./refusal.ts";

const LARGEST_FIRST_WINDOW = 65_535;

/** The final ACK, data or a FIN of the client, while it is not known whether the server has a child. */
export function onClientTry(connection: Connection, segment: Segment): void {
  if ((segment.flags & TCP_FLAG.ACK) === 0 || !completesHandshake(connection, segment)) return;
  const isBare = segment.payloadLength === 0 && (segment.flags & TCP_FLAG.FIN) === 0;
  const last = isBare ? connection.lastFinal : connection.lastData;
  if (connection.isCopy(last, segment)) {
    connection.copies += 1;
    return;
  }
  const lastDataAt = connection.lastData.at;
  connection.lastTrySequence = segment.sequence;
  last.remember(segment);
  if (connection.phase < PHASE.final) becomeFinal(connection, segment);
  else if (isBare) connection.cite(segment);
  if (!isBare) onClientData(connection, segment, lastDataAt);
  connection.tries.push(segment.at);
}

/**
 * Whether the packet acknowledges the server's SYN, and no more than the server can have sent since: the window of a SYN is not scaled.
 * Only such a one can complete the handshake.
 *
 * @rfc 7323 §2.2
 */
function completesHandshake(connection: Connection, segment: Segment): boolean {
  if (connection.hasServerIsn) {
    if (acknowledges(segment, connection.serverIsn)) return true;
    if (Number.isNaN(connection.otherServerIsn) || !acknowledges(segment, connection.otherServerIsn))
      return false;
    connection.serverIsn = connection.otherServerIsn;
    return true;
  }
  // No SYN+ACK is in the capture, but the client's own acknowledgement proves that there was one.
  const beyondSyn = seqDiff(segment.sequence, seqAdd(connection.clientIsn, 1));
  if (beyondSyn < 0 || beyondSyn > connection.synLength) return false;
  connection.hasServerIsn = true;
  connection.serverIsn = seqAdd(segment.acknowledgment, -1);
  return true;
}

function acknowledges({ acknowledgment }: Segment, serverIsn: number): boolean {
  const beyondSyn = seqDiff(acknowledgment, seqAdd(serverIsn, 1));
  return beyondSyn >= 0 && beyondSyn <= LARGEST_FIRST_WINDOW;
}

function becomeFinal(connection: Connection, segment: Segment): void {
  connection.phase = PHASE.final;
  connection.finalAt = segment.at;
  connection.cite(segment);
  if (connection.listener === null) return;
  noteSide(connection);
}

function onClientData(connection: Connection, segment: Segment, lastDataAt: number): void {
  if ((segment.flags & TCP_FLAG.FIN) !== 0) connection.clientFinAt = segment.at;
  if (Number.isNaN(connection.firstDataAt)) {
    connection.firstDataAt = segment.at;
    connection.dataSequence = segment.sequence;
    connection.clientSpokeFirst = true;
    connection.listener?.noteSilence(connection, segment.at);
    if (segment.at > connection.finalAt) connection.cite(segment);
  } else if (segment.sequence === connection.dataSequence) {
    connection.dataResends += 1;
    connection.cite(segment);
    if (!connection.isUntimed) onDataAgain(connection, segment, lastDataAt);
  }
}
