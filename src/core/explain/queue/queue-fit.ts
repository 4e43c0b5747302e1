/**
 * When a listener's accept queue can have been full, and with which limit.
 *
 * With N admitted and A accepted, a queue of limit L is full while N - A = L + 1: it then refuses every SYN and every final
 * packet, and lets all of them in while N - A is less. A is not on the wire. It never falls, is at most N, and the server's own bytes
 * prove how large it is at the least, first in first out. So a refusal contradicts every L if all who had been let in are proven
 * accepted, or if since the last SYN that was answered nobody was let in; and it bounds L by those who can have stood there.
 *
 * Order that is uncertain relaxes a constraint and never breaks it: each moment counts as early or as late as it can have been.
 *
 * @kernel include/net/sock.h sk_acceptq_is_full() v6.18
 * @module
 */
import type { Fit, Room } from "./fit.ts";
import type { QueueLog } from "./queue-log.ts";
import { countBelow, countUpTo } from "./sorted.ts";

/** What is uncertain of the log's times, and what holds for the listener. */
export interface Doubt {
  /** How far two packets may have overtaken each other between the capture point and the listener. */
  readonly marginMs: number;
  /** How long the server's bytes had been on their way to the capture point, together with the way back to the server. */
  readonly roundTripMs: number;
  /** Whether connections from before the capture may have stood there. */
  readonly isAmid: boolean;
  /** Before Linux 4.10 a full queue answers a SYN while at most one young request waits, so that an answered SYN proves nothing. */
  readonly answersWhileFull: boolean;
}

const UNKNOWN: Room = { most: Number.POSITIVE_INFINITY, isContradicted: false, isCertain: false };

/** A log, fitted. */
export class QueueFit implements Fit {
  readonly queues = "one";
  readonly doubt: Doubt;
  readonly #since: number;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #answered: Float64Array;
  readonly #proofAt: Float64Array;
  readonly #provenCount: Float64Array;
  #mostAnsweredAt: number | null = null;

  constructor(log: QueueLog, doubt: Doubt) {
    this.doubt = doubt;
    this.#since = log.since;
    this.#first = log.first.sorted();
    this.#last = log.last.sorted();
    this.#answered = log.answered.sorted();
    [this.#proofAt, this.#provenCount] = this.#proofs(log);
  }

  get answersWhileFull(): boolean {
    return this.doubt.answersWhileFull;
  }

  /** What the log tells of a moment at which a packet came that was no admission, or itself an admission (`own` = 1). */
  at(moment: number, own: 0 | 1 = 0): Room {
    const { marginMs, isAmid } = this.doubt;
    if (moment < this.#since) return UNKNOWN;
    const admitted = countUpTo(this.#first, moment + marginMs) - own;
    const accepted = this.#acceptedBy(moment - marginMs);
    if (isAmid && accepted === 0) return UNKNOWN;
    const most = admitted - accepted;
    const isContradicted = most < 1 || this.#isRoomProven(moment - marginMs, admitted);
    return { most, isContradicted, isCertain: countUpTo(this.#last, moment + marginMs) - own >= admitted };
  }

  /**
   * The largest limit with which a SYN that was refused then can have met a full SYN queue; 0 for none. Since 4.3 the SYN queue has the
   * listener's limit too. It refuses nobody with SYN cookies, nor where a SYN was answered while as many requests were half open.
   *
   * @kernel include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full() v6.18
   */
  synQueueLimitAt(moment: number): number {
    const { marginMs } = this.doubt;
    const halfOpen = countUpTo(this.#answered, moment + marginMs) - countBelow(this.#last, moment - marginMs);
    this.#mostAnsweredAt ??= this.#mostHalfOpenAtAnswer();
    return halfOpen > this.#mostAnsweredAt ? halfOpen : 0;
  }

  /** Whether a full SYN queue is the plainer reason of a refusal: more were half open, in the order seen, than can have stood in the other. */
  isSynQueuePlainer(moment: number): boolean {
    const halfOpen = countBelow(this.#answered, moment) - countUpTo(this.#first, moment);
    return halfOpen > 1 && halfOpen >= this.at(moment).most;
  }

  #mostHalfOpenAtAnswer(): number {
    const { marginMs } = this.doubt;
    return this.#answered.reduce((most, at) => {
      const halfOpen = countBelow(this.#answered, at - marginMs) - countUpTo(this.#first, at + marginMs);
      return Math.max(most, halfOpen);
    }, 0);
  }

  /** The largest number that can ever have stood there. */
  peak(): number {
    return this.#first.reduce((most, at, place) => Math.max(most, place + 1 - this.#acceptedBy(at)), 0);
  }

  /** Whether a SYN was answered before that moment and nobody was let in since. */
  #isRoomProven(before: number, admitted: number): boolean {
    if (this.doubt.answersWhileFull) return false;
    const answered = countBelow(this.#answered, before);
    if (answered === 0) return false;
    const lastAt = this.#answered[answered - 1] ?? before;
    return countBelow(this.#last, lastAt - this.doubt.marginMs) >= admitted;
  }

  #acceptedBy(moment: number): number {
    return this.#provenCount[countUpTo(this.#proofAt, moment) - 1] ?? 0;
  }

  /** How many were accepted at the least, by the time of the proof. */
  #proofs(log: QueueLog): [Float64Array, Float64Array] {
    const { marginMs, roundTripMs } = this.doubt;
    const proven = log.proven.view();
    const order = Uint32Array.from(proven.keys()).sort((a, b) => (proven[a] ?? 0) - (proven[b] ?? 0));
    const at = proven.slice().sort();
    const counts = new Float64Array(order.length);
    let most = 0;
    for (const [rank, place] of order.entries()) {
      at[rank] = (at[rank] ?? 0) - roundTripMs;
      most = Math.max(most, countBelow(this.#last, log.first.at(place) - marginMs) + 1);
      counts[rank] = most;
    }
    return [at, counts];
  }
}
