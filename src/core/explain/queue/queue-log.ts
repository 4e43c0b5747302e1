/**
 * What the packets tell of a listener's accept queue, as constraints to be fitted (`queue-fit.ts`): who was let in, and when;
 * which SYNs were answered; which SYNs and final packets were refused. accept() puts no packet on the wire, so the log knows only
 * the latest moment at which a connection can have left the queue: when the server's own bytes prove it.
 *
 * @module
 */
import { Column } from "./column.ts";

/** So many connections are remembered, and so many where nobody was refused. */
const MOST = 262_144;
const MOST_CALM = 65_536;

/** A time that has not come. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** The record of one listener. Times are milliseconds since the capture's first packet. */
export class QueueLog {
  /** Connections that were let in: the earliest and the latest packet that can have been the one, and the proof of an accept. */
  readonly first: Column = new Column();
  readonly last: Column = new Column();
  readonly proven: Column = new Column();
  /** 1 where the client waits for the server's bytes, 0 where it may want nothing. */
  readonly waits: Column = new Column();
  /** When the server first spoke in a connection, and when it was done with one in which it had spoken. */
  readonly spoke: Column = new Column();
  readonly ended: Column = new Column();
  /** SYNs that were answered. */
  readonly answered: Column = new Column();
  /** SYNs that were left without an answer, and final packets that were refused. */
  readonly refusedSyns: Column = new Column();
  readonly refusedFinals: Column = new Column();
  /** Packets of clients of whom an earlier one had been refused: those that were refused again, and those that passed. */
  refusedAgain = 0;
  passedAfterAll = 0;
  #version = 0;
  #since: number = Number.NEGATIVE_INFINITY;
  #leastLarge = 0;

  /** Rises with each entry. */
  get version(): number {
    return this.#version;
  }

  /** From when on it is whole; what was before has been forgotten. */
  get since(): number {
    return this.#since;
  }

  /** Whether it is time to forget: sooner where nobody was refused, since then there is nothing to be explained. */
  get isLarge(): boolean {
    return this.#length >= Math.max(this.#leastLarge, this.isCalm ? MOST_CALM : MOST);
  }

  /** Whether nobody was refused. */
  get isCalm(): boolean {
    return this.refusedSyns.length + this.refusedFinals.length === 0;
  }

  get #length(): number {
    return Math.max(this.first.length, this.answered.length, this.refusedSyns.length);
  }

  /**
   * Forgets the older half. Whoever is proven accepted by then counts neither among those who came nor among those who left, so what
   * the log tells of later moments stays the same.
   */
  forgetOlder(): void {
    const half = this.answered.at(this.answered.length >> 1);
    const since = Number.isNaN(half) ? this.last.at(this.last.length >> 1) : half;
    this.#since = Math.max(this.#since, since);
    this.#keepStanding(since);
    for (const column of [this.answered, this.refusedSyns, this.refusedFinals]) {
      column.keep((place) => column.at(place) > since);
    }
    const over = this.ended.view().filter((at) => at <= since).length;
    this.spoke.keep((place) => place >= over);
    this.ended.keep((place) => this.ended.at(place) > since);
    this.refusedAgain = 0;
    this.passedAfterAll = 0;
    this.#version += 1;
    // Those whom nothing proves accepted stay, however many they are.
    this.#leastLarge = this.#length * 2;
  }

  #keepStanding(since: number): void {
    const isStanding = (place: number): boolean => this.proven.at(place) > since;
    for (const column of [this.first, this.last, this.waits, this.proven]) column.keep(isStanding);
  }

  /**
   * A connection was let in by one of its packets between two moments.
   *
   * @param provenAt when the server's own bytes proved that it had been accepted; `NEVER` where nothing did
   */
  admit(first: number, last: number, provenAt: number, waits = true): void {
    this.#version += 1;
    this.first.push(first);
    this.last.push(last);
    this.proven.push(provenAt);
    this.waits.push(waits ? 1 : 0);
  }

  /** A client came again after it had been refused, and so many of its packets were refused again before one passed, if one did. */
  returnOf(refused: number, hasPassed: boolean): void {
    this.refusedAgain += refused;
    if (hasPassed) this.passedAfterAll += 1;
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
