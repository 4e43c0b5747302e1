/**
 * When one of several queues behind a port can have been full (SO_REUSEPORT). Which one a client meets is settled by its address and port,
 * so a packet that passes says nothing of the others, and whoever is accepted proves nothing of those who came before.
 * What is left is that a full queue holds somebody: a refusal contradicts the hypothesis where everybody who waited for an answer is
 * proven accepted.
 *
 * @kernel net/core/sock_reuseport.c reuseport_select_sock() v6.18
 * @module
 */
import type { Fit, Room } from "./fit.ts";
import type { Doubt } from "./queue-fit.ts";
import type { QueueLog } from "./queue-log.ts";
import { countBelow, countUpTo } from "./sorted.ts";

type GroupDoubt = Pick<Doubt, "marginMs" | "roundTripMs" | "isAmid">;

/** Who stands there, by when each came and was proven accepted. */
interface Crowd {
  readonly came: Float64Array;
  readonly left: Float64Array;
}

/** A log, fitted to several queues. */
export class GroupFit implements Fit {
  readonly queues = "several";
  readonly answersWhileFull = false;
  readonly #one: Fit;
  readonly #doubt: GroupDoubt;
  readonly #since: number;
  readonly #all: Crowd;
  readonly #waiting: Crowd;

  /** @param one the same log, fitted to one queue: what it tells of SYN queues holds for several too */
  constructor(log: QueueLog, one: Fit, doubt: GroupDoubt) {
    this.#one = one;
    this.#doubt = doubt;
    this.#since = log.since;
    this.#all = crowdOf(log, doubt, () => true);
    this.#waiting = crowdOf(log, doubt, (place) => log.waits.at(place) === 1);
  }

  at(moment: number, own: 0 | 1 = 0): Room {
    if (moment < this.#since)
      return { most: Number.POSITIVE_INFINITY, isContradicted: false, isCertain: false };
    const most = this.#doubt.isAmid ? Number.POSITIVE_INFINITY : this.#standing(this.#all, moment, own);
    return { most, isContradicted: this.#standing(this.#waiting, moment, own) < 1, isCertain: false };
  }

  synQueueLimitAt(moment: number): number {
    return this.#one.synQueueLimitAt(moment);
  }

  isSynQueuePlainer(moment: number): boolean {
    return this.#one.isSynQueuePlainer(moment);
  }

  peak(): number {
    return this.#one.peak();
  }

  /** Without the packet itself, where it was one that was let in. */
  #standing({ came, left }: Crowd, moment: number, own: 0 | 1): number {
    const { marginMs } = this.#doubt;
    const before = own === 1 ? countBelow(came, moment) : countUpTo(came, moment + marginMs);
    return before - countUpTo(left, moment - marginMs);
  }
}

function crowdOf(log: QueueLog, { roundTripMs }: GroupDoubt, isOf: (place: number) => boolean): Crowd {
  const of = (_: number, place: number): boolean => isOf(place);
  const left = log.proven
    .view()
    .filter(of)
    .map((at) => at - roundTripMs);
  return { came: log.first.view().filter(of).sort(), left: left.sort() };
}
