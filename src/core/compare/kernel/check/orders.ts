/**
 * Which orders of what the recording leaves open are tried at an event: timers that fire unseen, timers that race with a
 * packet, connections that may be gone. fork.ts finds what contradicts an order.
 *
 * @module
 */
import type { TracePacket } from "../../../trace/index.ts";
import type { ClosedConnections } from "./closed-connections.ts";
import type { Fork } from "./fork.ts";
import type { Observed } from "./observed.ts";
import type { ServerEvent } from "./timeline.ts";
import type { Window } from "./timer-window.ts";

/** More orders at a time than this are not followed. */
export const MOST_FORKS = 256;
/** Timers that are due within this time of each other count as due together. */
const BATCH_MS = 8;

/** In which orders unseen firings are tried: as the timer wheel has them, or in every one. */
export type OrdersTried = "wheel" | "any";

/** The orders that are permitted, and how many were made. */
export class PermittedOrders {
  /** Orders beyond the first. */
  made = 0;
  readonly #observed: Observed;
  readonly #closed: ClosedConnections;
  readonly #tried: OrdersTried;

  constructor(observed: Observed, closed: ClosedConnections, tried: OrdersTried) {
    this.#observed = observed;
    this.#closed = closed;
    this.#tried = tried;
  }

  /** Every fork, with and without what may have happened before this event. */
  at(forks: readonly Fork[], event: ServerEvent): Fork[] {
    const waiting =
      this.#tried === "any" ? [...forks] : forks.map((fork) => this.#withOverdueFirings(fork, event.at));
    const orders = new Map<string, Fork>();
    for (let fork = waiting.pop(); fork !== undefined && orders.size <= MOST_FORKS; fork = waiting.pop()) {
      if (orders.has(fork.key())) continue;
      orders.set(fork.key(), fork);
      waiting.push(...this.#withFirings(fork, event));
    }
    return [...orders.values()].flatMap((fork) => [fork, ...this.#otherwise(fork, event)]);
  }

  /** One copy for each timer that may have fired. */
  #withFirings(fork: Fork, event: ServerEvent): Fork[] {
    const isEnd = event.kind === "end";
    const unseen = this.#next(this.#unseen(fork, event.at, isEnd));
    return [
      ...unseen.map((window) =>
        // Whatever it sent at the end left after the last packet was read, and is missed by nobody.
        this.#copy(fork, (other) => (isEnd ? other.fire(window, event.at) : other.fireUnseen(window))),
      ),
      ...this.#racing(fork, event).map((window) => this.#copy(fork, (other) => other.fire(window, event.at))),
    ];
  }

  #copy(fork: Fork, change: (copy: Fork) => void): Fork {
    this.made += 1;
    const copy = fork.clone();
    change(copy);
    return copy;
  }

  /** What was not seen and must have happened by now needs no second order. */
  #withOverdueFirings(fork: Fork, at: number): Fork {
    for (;;) {
      const [overdue] = nextOfEachBatch(this.#unseen(fork, at).filter(({ closesMs }) => closesMs < at));
      if (overdue === undefined) return fork;
      fork.fireUnseen(overdue);
    }
  }

  #next(windows: readonly Window[]): readonly Window[] {
    return this.#tried === "any" ? windows : nextOfEachBatch(windows);
  }

  /**
   * Timers that may have fired unseen. One whose SYN+ACK was seen in its time has fired then. At the end even a SYN+ACK can be
   * unseen: the counters are read after the last packet was.
   */
  #unseen(fork: Fork, at: number, isEnd = false): Window[] {
    return fork.windows().filter((window) => {
      const { opensMs, closesMs, request } = window;
      if (opensMs > at || (!isEnd && fork.isVisible(window))) return false;
      return request === null || !this.#observed.hasSynAck(request, opensMs, closesMs);
    });
  }

  /**
   * A timer that fires on another CPU while a packet of the same client is taken: its SYN+ACK may be seen after the answer to
   * the packet. Only where one was seen.
   */
  #racing(fork: Fork, event: ServerEvent): Window[] {
    if (event.kind !== "arrival") return [];
    const { at, packet } = event;
    return fork.windows().filter(({ timer, request, opensMs, closesMs }) => {
      if (timer.peer !== packet.from || request === null || at < opensMs || at > closesMs) return false;
      return this.#observed.hasAnswerTo(request, at);
    });
  }

  /**
   * The same with what only the kernel knows decided the other way: whether a connection that the server has closed is still
   * there, and whether a packet came within the limit of answers.
   */
  #otherwise(fork: Fork, event: ServerEvent): Fork[] {
    if (event.kind !== "arrival") return [];
    return [...this.#withoutClosed(fork, event.packet, event.at), ...this.#acrossRateLimit(fork, event)];
  }

  #withoutClosed(fork: Fork, packet: TracePacket, at: number): Fork[] {
    const { from, to } = packet;
    if (!this.#closed.mayBeGone(packet, at) || fork.host.connection(to, from) === null) return [];
    return [this.#copy(fork, (other) => other.forget(to, from))];
  }

  #acrossRateLimit(fork: Fork, event: ServerEvent & { kind: "arrival" }): Fork[] {
    const shiftMs = fork.shiftAcrossRateLimit(event.packet, event.at);
    return shiftMs === 0 ? [] : [this.#copy(fork, (other) => other.shiftNextArrival(shiftMs))];
  }
}

/**
 * Timers of the same length that are due together lie in one bucket of the timer wheel, where the last one set fires first:
 * of each such batch only the next one is tried.
 */
function nextOfEachBatch(windows: readonly Window[]): Window[] {
  const batches = new Map<string, Window>();
  for (const window of [...windows].sort((a, b) => a.timer.dueMs - b.timer.dueMs)) {
    const batch = `${window.timeoutMs} ${Math.floor(window.timer.dueMs / BATCH_MS)}`;
    batches.set(batch, window);
  }
  return [...batches.values()];
}
