/**
 * A victim of a live capture as one line: when, where, who, what happened. Pure.
 *
 * @module
 */
import type { Handshake } from "../../explain/index.ts";

/** What the line says. */
export interface VictimLine {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly handshake: Handshake;
  /** By how much ListenOverflows rose since then; null if unknown. */
  readonly overflows: number | null;
}

/** `TIME  LISTENER  CLIENT  OUTCOME: what happened`. */
export function victimLine({ startedAt, handshake, overflows }: VictimLine): string {
  const { server, client, outcome, note } = handshake;
  const refused = overflows === null || overflows === 0 ? [] : [`ListenOverflows +${overflows} meanwhile`];
  const words = [happened(handshake), ...(note === null ? [] : [note]), ...refused].join("; ");
  return `${startedAt}  ${server}  ${client}  ${outcome}: ${words}`;
}

function happened(handshake: Handshake): string {
  const { outcome, synRetransmissions, synAckRetransmissions, dataRetransmissionsBeforeAccept } = handshake;
  const syns = `the SYN was sent ${times(synRetransmissions + 1)}`;
  const answers = `the SYN+ACK was sent ${times(synAckRetransmissions + 1)}`;
  switch (outcome) {
    case "syn-unanswered":
      return `${syns} and not answered`;
    case "syn-answered-late":
      return `${syns} until it was answered`;
    case "final-ack-dropped":
      return dataRetransmissionsBeforeAccept === 0
        ? `${answers} although the client had answered it`
        : `${answers} although the client had answered it, and data ${times(dataRetransmissionsBeforeAccept + 1)}`;
    case "half-open":
      return `${answers} and the client did not answer it`;
    case "refused":
      return "nobody listens";
    case "overflow-reset":
    case "reset-at-handshake":
      return "the final ACK was answered by a reset";
    case "completed":
      return `${answers}: the first final ACK was refused or lost`;
    default:
      return `${syns}, ${answers}`;
  }
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
