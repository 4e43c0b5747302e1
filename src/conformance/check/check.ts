/**
 * Server conformance: the model is given the client's packets as they arrived and the calls as they were made, and must give
 * every answer, queue length and counter that the kernel gave. Where the recording leaves the order open (a timer that fires
 * unseen) every order is tried; a mismatch is a recording that none of them explains.
 *
 * @module
 */
import { type KernelRules, type RuleName, ServerHost } from "../../model/index.ts";
import { listenerEndpoint, type Scenario } from "../../scenario/index.ts";
import type { Trace, TracePacket } from "../../trace/index.ts";
import { ClosedConnections } from "./closed-connections.ts";
import { compareCounters } from "./counters.ts";
import { type Contradiction, Fork, type ListenPlan, type Window } from "./fork.ts";
import { Observed } from "./observed.ts";
import { type ServerEvent, timelineOf } from "./timeline.ts";

/** More orders at a time than this are not followed. */
const MOST_FORKS = 256;
/** Timers that are due within this time of each other count as due together. */
const BATCH_MS = 8;

/** What a comparison came to. */
export interface Conformance {
  readonly verdict: "conforms" | "mismatch" | "undecided";
  /** The events that were compared. */
  readonly events: number;
  /** Orders that were tried beyond the first. */
  readonly forks: number;
  /** How often each rule decided. */
  readonly coverage: ReadonlyMap<RuleName, number>;
  /** The first event that no order explains; null unless it is a mismatch. */
  readonly mismatch: (Contradiction & { readonly event: string; readonly at: number }) | null;
}

/** In which orders unseen firings are tried: as the timer wheel has them, or in every one. */
type Orders = "wheel" | "any";

/** Holds a recording against the model. What the wheel's usual order does not explain may be another order's doing. */
export function checkConformance(scenario: Scenario, trace: Trace, rules: KernelRules): Conformance {
  const usual = walkThrough(scenario, trace, rules, "wheel");
  return usual.verdict === "mismatch" && usual.forks > 0 ? walkThrough(scenario, trace, rules, "any") : usual;
}

function walkThrough(scenario: Scenario, trace: Trace, rules: KernelRules, orders: Orders): Conformance {
  const observed = new Observed(trace);
  const walk = new Walk(scenario, trace, { observed, rules, orders });
  const timeline = timelineOf(scenario, trace);
  for (const [place, event] of timeline.entries()) {
    observed.nowMs = event.at;
    walk.see(event);
    if (walk.verdict !== "conforms") return walk.result(place + 1);
  }
  return walk.result(timeline.length);
}

/** What a walk works with. */
interface WalkSurroundings {
  readonly observed: Observed;
  readonly rules: KernelRules;
  readonly orders: Orders;
}

class Walk {
  verdict: Conformance["verdict"] = "conforms";
  readonly #trace: Trace;
  readonly #observed: Observed;
  readonly #plans: ReadonlyMap<string, ListenPlan>;
  readonly #orders: Orders;
  readonly #closed: ClosedConnections;
  #forks: Fork[];
  #forksMade = 0;
  #coverage: ReadonlyMap<RuleName, number> = new Map();
  #mismatch: Conformance["mismatch"] = null;

  constructor(scenario: Scenario, trace: Trace, { observed, rules, orders }: WalkSurroundings) {
    this.#orders = orders;
    this.#trace = trace;
    this.#observed = observed;
    this.#closed = new ClosedConnections(trace);
    this.#plans = new Map(
      scenario.listeners.map((plan) => [plan.name, { ...plan, endpoint: listenerEndpoint(scenario, plan) }]),
    );
    const host = ServerHost.create(rules, observed);
    for (const [name, value] of Object.entries({ ...trace.sysctls, ...scenario.sysctls }))
      if (value !== null) host.setSysctl(name, value);
    this.#forks = [new Fork(host, observed)];
  }

  see(event: ServerEvent): void {
    let first: Contradiction | null = null;
    const survivors = new Map<string, Fork>();
    for (const fork of this.#ordersAt(event)) {
      const contradiction = this.#late(fork, event.at) ?? this.#meet(fork, event);
      if (contradiction === null) survivors.set(fork.key(), fork);
      else first ??= contradiction;
    }
    this.#forks = [...survivors.values()];
    this.#coverage = this.#forks[0]?.rules ?? this.#coverage;
    if (this.#forks.length > MOST_FORKS) this.verdict = "undecided";
    if (this.#forks.length > 0 || first === null) return;
    this.verdict = "mismatch";
    this.#mismatch = { ...first, event: describe(event), at: event.at };
  }

  result(events: number): Conformance {
    const [coverage, mismatch] = [this.#coverage, this.#mismatch];
    return { verdict: this.verdict, events, forks: this.#forksMade, coverage, mismatch };
  }

  /** Every fork, with and without the unseen firings that may have come before this moment. */
  #ordersAt(event: ServerEvent): Fork[] {
    const { at, kind } = event;
    const orders = new Map<string, Fork>();
    const waiting =
      this.#orders === "any"
        ? [...this.#forks]
        : this.#forks.map((fork) => this.#withOverdueFirings(fork, at));
    for (let fork = waiting.pop(); fork !== undefined && orders.size <= MOST_FORKS; fork = waiting.pop()) {
      if (orders.has(fork.key())) continue;
      orders.set(fork.key(), fork);
      for (const window of this.#next(this.#unseen(fork, at, kind === "end"))) {
        const other = fork.clone();
        other.fireUnseen(window);
        this.#forksMade += 1;
        waiting.push(other);
      }
      for (const window of this.#racing(fork, event)) {
        const other = fork.clone();
        other.fire(window, at);
        this.#forksMade += 1;
        waiting.push(other);
      }
    }
    return [...orders.values()].flatMap((fork) => [fork, ...this.#otherwise(fork, event)]);
  }

  /**
   * The same with what only the kernel knows decided the other way: whether a connection that the server has closed is still
   * there, and whether a packet came within the limit of answers.
   */
  #otherwise(fork: Fork, event: ServerEvent): Fork[] {
    if (event.kind !== "arrival") return [];
    const across = fork.acrossRateLimit(event.packet, event.at);
    if (across !== null) this.#forksMade += 1;
    const gone = this.#closed.mayBeGone(event.packet, event.at)
      ? this.#withoutClosed(fork, event.packet)
      : [];
    return [...gone, ...(across === null ? [] : [across])];
  }

  #withoutClosed(fork: Fork, { from, to }: TracePacket): Fork[] {
    if (fork.host.connection(to, from) === null) return [];
    this.#forksMade += 1;
    const other = fork.clone();
    other.forget(to, from);
    return [other];
  }

  #next(windows: readonly Window[]): readonly Window[] {
    return this.#orders === "any" ? windows : nextOfEachBatch(windows);
  }

  /** What was not seen and must have happened by now needs no second order. */
  #withOverdueFirings(fork: Fork, at: number): Fork {
    for (;;) {
      const [overdue] = nextOfEachBatch(this.#unseen(fork, at).filter(({ closesMs }) => closesMs < at));
      if (overdue === undefined) return fork;
      fork.fireUnseen(overdue);
    }
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

  /** A timer whose time is over has fired, seen or unseen; an answer whose time is over was sent. */
  #late(fork: Fork, at: number): Contradiction | null {
    const late = fork.windows().find(({ closesMs }) => closesMs < at);
    if (late === undefined) return fork.overdue(at);
    const { timer, opensMs, closesMs } = late;
    const expected = fork.isVisible(late) ? "a SYN+ACK" : "the timer";
    return {
      expected: `${expected} of ${timer.peer ?? timer.listener} from ${opensMs.toFixed(1)} to ${closesMs.toFixed(1)} ms`,
      observed: "nothing in that time",
    };
  }

  /**
   * A timer that fires on another CPU while a packet of the same client is taken: its SYN+ACK may be seen after the answer to
   * the packet. Only where one was seen.
   */
  #racing(fork: Fork, event: ServerEvent): Window[] {
    if (event.kind !== "arrival") return [];
    const { at, packet } = event;
    return fork.windows().filter(({ timer, request, opensMs, closesMs }) => {
      const isOpen = opensMs <= at && at <= closesMs;
      return (
        isOpen && timer.peer === packet.from && request !== null && this.#observed.hasAnswerTo(request, at)
      );
    });
  }

  #meet(fork: Fork, event: ServerEvent): Contradiction | null {
    switch (event.kind) {
      case "arrival":
        fork.arrive(event.packet, event.at);
        return null;
      case "answer":
        return fork.answer(event.packet);
      case "call":
        return fork.call(event.call, event.at, (actor) => this.#plans.get(actor) ?? null);
      case "sample":
        return fork.sample(event.sample);
      case "look":
        return fork.look(event.halfOpen);
      case "end":
        return compareCounters(fork.host, this.#trace);
    }
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

function describe(event: ServerEvent): string {
  const at = `${event.at.toFixed(1)} ms`;
  if (event.kind === "look") return `a look at the socket table at ${at}`;
  if (event.kind === "end") return `the counters at the end, ${at}`;
  if (event.kind === "call")
    return `${event.call.actor}: ${event.call.call}(${event.call.argument ?? ""}) at ${at}`;
  if (event.kind === "sample") return `a look at the queues at ${at}`;
  const { number, flags, from } = event.packet;
  return `packet ${number}, [${flags}] from ${from}, at ${at}`;
}
