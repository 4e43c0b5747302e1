/**
 * What one event at the server did: what was sent, queued, freed and refused, and which rules decided it.
 *
 * @module
 */
import type { RuleName } from "../rules/rule-names.ts";
import type { ModelSegment, Peer } from "./model-segment.ts";

/** What a sent segment is: a SYN+ACK for the first time, as a cookie, or again; a reset; a bare ACK. */
export type SentKind = "syn-ack" | "syn-ack-cookie" | "syn-ack-again" | "reset" | "ack";

/** A segment that the server sent. */
export interface Sent {
  readonly kind: SentKind;
  readonly segment: ModelSegment;
}

/** A connection that came into an accept queue. */
export interface Queued {
  readonly peer: Peer;
  readonly listener: string;
  readonly by: "request" | "cookie" | "fast-open";
}

/** Why a request ended, other than by becoming a connection. */
export type FreeReason = "expired" | "pruned" | "reset" | "stray-syn" | "aborted" | "listener-gone";

/** A request that ended without a connection. */
export interface Freed {
  readonly peer: Peer;
  readonly listener: string;
  readonly why: FreeReason;
}

/** Why a segment was refused. */
export type RefusalReason = "syn-queue-full" | "accept-queue-full" | "last-quarter";

/** A segment that a queue or a rule refused. */
export interface Refused {
  readonly peer: Peer;
  readonly listener: string;
  readonly what: "syn" | "final-ack" | "cookie-ack";
  readonly why: RefusalReason;
}

/** Everything that one event did. */
export interface Effects {
  readonly sent: Sent[];
  readonly queued: Queued[];
  readonly freed: Freed[];
  readonly refused: Refused[];
  /** In the order in which they were asked; a name can come twice. */
  readonly rules: RuleName[];
  /** The peer whose established connection the segment belongs to, also when it has just made that connection; else null. */
  deliveredTo: Peer | null;
}

export function noEffects(): Effects {
  return { sent: [], queued: [], freed: [], refused: [], rules: [], deliveredTo: null };
}

/** Empties effects for the next event, so that a simulation of millions makes no garbage. */
export function clearEffects(effects: Effects): void {
  empty(effects.sent);
  empty(effects.queued);
  empty(effects.freed);
  empty(effects.refused);
  empty(effects.rules);
  effects.deliveredTo = null;
}

/** One by one: a length set to 0 would give the memory away, which the next event wants again. */
function empty(list: unknown[]): void {
  while (list.length > 0) list.pop();
}
