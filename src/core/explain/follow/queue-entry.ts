/**
 * What the ledger of a listener's queue notes of a connection, and of a final packet that was refused.
 *
 * @module
 */

/** A time that has not come. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** A connection at the listener. A time that has not come is Infinity. A class, so that its numbers are kept in place. */
export class QueueEntry {
  /** When its final packet passed; the earliest moment that the packets allow. */
  passedAt: number = NEVER;
  /** When it was proven accepted: the server's first payload or FIN. */
  provenAt: number = NEVER;
  /** When the server was done with it. */
  endedAt: number = NEVER;
  /** When it was out of the queue for certain, by its own proof or a later one's; set once nothing can change it. */
  goneAt: number = NEVER;
  /** Whether `passedAt` is certain: the server has answered as only a child would. */
  isSettled = false;
  /** Whether a final packet of it is known to have been refused. */
  wasRefused = false;
  /** How many came before it. */
  place = 0;

  /** Makes it as new, so that another connection can use it. */
  reset(): void {
    this.passedAt = this.provenAt = this.endedAt = this.goneAt = NEVER;
    this.isSettled = this.wasRefused = false;
  }
}

/** A final packet that was refused. */
export interface Refusal {
  readonly at: number;
  /** Whether it was dropped in silence, rather than answered with a reset. */
  readonly isSilent: boolean;
  /** U at that moment, the refused connection not counted; NaN until it is counted, or if it is too old for that. */
  standing: number;
  /** How many connections were being answered then. */
  serving: number;
}
