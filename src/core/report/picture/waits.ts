/**
 * From how far a connection came when, to what it waited for: one thing after the other.
 *
 * @module
 */
import type { Wait, WaitKind } from "./conversation.ts";

/** When a connection came how far; null for what did not happen. */
export interface Milestones {
  readonly startedAt: number;
  readonly connectedAt: number | null;
  readonly queuedAt: number | null;
  /** Whether the server kept it out for a while after its final ACK. */
  readonly isKeptOut: boolean;
  readonly acceptedAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number;
}

/** The waits of a connection whose server's calls are known. */
export function waitsOf({ startedAt, connectedAt, acceptedAt, ...rest }: Milestones): Wait[] {
  const end = rest.answeredAt ?? rest.endedAt;
  // The way of a final ACK that is let in at once is part of the wait for accept().
  const queuedAt = rest.isKeptOut || rest.queuedAt === null ? rest.queuedAt : connectedAt;
  // A server may write before the final ACK is seen to arrive, and a client learn last that it is connected.
  const steps: readonly (readonly [WaitKind, number | null])[] = [
    ["syn-ack", connectedAt],
    ["room", queuedAt],
    ["accept", acceptedAt],
    ["answer", end],
  ];
  const waits: Wait[] = [];
  let from = startedAt;
  for (const [kind, until] of steps) {
    const to = Math.min(until ?? end, end);
    if (to > from) waits.push({ kind, from, to });
    from = Math.max(from, to);
    if (until === null) break;
  }
  return waits;
}
