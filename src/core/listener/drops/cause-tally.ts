/**
 * Whose the refused packets are. The kernel keeps causes per namespace and one sum per listener, so a cause is given to a
 * listener for those intervals in which its sum alone moved; otherwise it is shared by all that moved. Pure.
 *
 * @module
 */
import { DROP_CAUSES, type DropCause, type RefusedByCause } from "../facts.ts";

/** Rises of the namespace's counters by cause. */
export type CauseRises = Readonly<Record<DropCause, number>>;

/**
 * The causes in the rise of a namespace's counters.
 *
 * @kernel include/net/tcp.h tcp_listendrop() v6.18
 */
export function causeRises(rises: Readonly<Record<string, number>>): CauseRises {
  const overflows = rises["ListenOverflows"] ?? 0;
  const synQueue = rises["TCPReqQFullDrop"] ?? 0;
  const other = Math.max(0, (rises["ListenDrops"] ?? 0) - overflows - synQueue);
  return { "accept-queue-full": overflows, "syn-queue-full": synQueue, other };
}

/** Counters and dumps are read one after the other, so a refusal between them shows in two intervals. */
const LONGEST_WAIT_LOOKS = 2;

type Share = { own: number; shared: number };
type MutableRefused = Record<DropCause, Share>;

/** Gives the causes to listeners, interval by interval. */
export class DropCauses {
  readonly #refused = new Map<bigint, MutableRefused>();
  #movers = new Set<bigint>();
  #rises: Record<DropCause, number> = none();
  #waitedLooks = 0;

  /** One interval: whose drop counters rose, and by how much the namespace's did. */
  add(movers: Iterable<bigint>, rises: CauseRises): void {
    for (const cookie of movers) this.#movers.add(cookie);
    for (const cause of DROP_CAUSES) this.#rises[cause] += rises[cause];
    const hasRisen = DROP_CAUSES.some((cause) => this.#rises[cause] > 0);
    if (this.#movers.size > 0 && hasRisen) this.#settle();
    else if (this.#movers.size > 0 || hasRisen) this.#wait();
  }

  /** What was refused of one listener so far. */
  of(cookie: bigint): RefusedByCause {
    return this.#refused.get(cookie) ?? emptyRefused();
  }

  #settle(): void {
    const kind = this.#movers.size === 1 ? "own" : "shared";
    for (const cookie of this.#movers) {
      const refused = this.#refused.get(cookie) ?? emptyRefused();
      for (const cause of DROP_CAUSES) refused[cause][kind] += this.#rises[cause];
      this.#refused.set(cookie, refused);
    }
    this.#reset();
  }

  #wait(): void {
    this.#waitedLooks += 1;
    if (this.#waitedLooks > LONGEST_WAIT_LOOKS) this.#reset();
  }

  #reset(): void {
    this.#movers = new Set();
    this.#rises = none();
    this.#waitedLooks = 0;
  }
}

function none(): Record<DropCause, number> {
  return { "accept-queue-full": 0, "syn-queue-full": 0, other: 0 };
}

function emptyRefused(): MutableRefused {
  const share = (): Share => ({ own: 0, shared: 0 });
  return { "accept-queue-full": share(), "syn-queue-full": share(), other: share() };
}
