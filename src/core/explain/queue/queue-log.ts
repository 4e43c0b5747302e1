/**
 * What the packets tell of a listener's accept queue, as constraints to be fitted (`queue-fit.ts`): who was let in, and when;
 * which SYNs were answered; which SYNs and final packets were refused. accept() puts no packet on the wire, so the log knows only
 * the latest moment at which a connection can have left the queue: when the server's own bytes prove it.
 *
 * @module
 */
import { Column } from "./column.ts";

/** A time that has not come. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** The record of one listener. Times are milliseconds since the capture's first packet. */
export class QueueLog {
  /** Connections that were let in: the earliest and the latest packet that can have been the one, and the proof of an accept. */
  readonly first: Column = new Column();
  readonly last: Column = new Column();
  readonly proven: Column = new Column();
  /** When the server first spoke in a connection, and when it was done with one in which it had spoken. */
  readonly spoke: Column = new Column();
  readonly ended: Column = new Column();
  /** SYNs that were answered. */
  readonly answered: Column = new Column();
  /** SYNs that were left without an answer, and final packets that were refused. */
  readonly refusedSyns: Column = new Column();
  readonly refusedFinals: Column = new Column();
  #version = 0;

  /** Rises with each entry. */
  get version(): number {
    return this.#version;
  }

  /**
   * A connection was let in by one of its packets between two moments.
   *
   * @param provenAt when the server's own bytes proved that it had been accepted; `NEVER` where nothing did
   */
  admit(first: number, last: number, provenAt: number): void {
    this.#version += 1;
    this.first.push(first);
    this.last.push(last);
    this.proven.push(provenAt);
  }

  /** A SYN was answered: the queue was not full then. */
  answer(synAt: number): void {
    this.#version += 1;
    this.answered.push(synAt);
  }

  refuseSyn(at: number): void {
    this.#version += 1;
    this.refusedSyns.push(at);
  }

  refuseFinal(at: number): void {
    this.#version += 1;
    this.refusedFinals.push(at);
  }
}
