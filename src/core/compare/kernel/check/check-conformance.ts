/**
 * Server conformance: the model is given the client's packets as they arrived and the calls as they were made, and must give
 * every answer, queue length and counter that the kernel gave. Where the recording leaves the order open (a timer that fires
 * unseen) every order is tried; a mismatch is a recording that none of them explains.
 *
 * @module
 */
import { type KernelRules, type RuleName, ServerHost } from "../../../model/index.ts";
import { listenerEndpoint, type Scenario } from "../../../scenario/index.ts";
import type { Trace } from "../../../trace/index.ts";
import { ClosedConnections } from "./closed-connections.ts";
import { compareHalfOpen, compareSample } from "./compare-looks.ts";
import type { Contradiction } from "./contradiction.ts";
import { compareCounters } from "./counter-bounds.ts";
import { describeEvent } from "./event-words.ts";
import { Fork, type ListenPlan } from "./fork.ts";
import { type ListingRow, listingOf } from "./listing.ts";
import { Observed } from "./observed.ts";
import { MOST_FORKS, type OrdersTried, PermittedOrders } from "./orders.ts";
import { type ServerEvent, timelineOf } from "./timeline.ts";

/** The first event that no permitted order explains. */
export interface FirstDifference extends Contradiction {
  readonly event: string;
  readonly at: number;
  /** Kernel and model beside each other until then. */
  readonly listing: readonly ListingRow[];
}

/** What a comparison came to. */
export interface Conformance {
  readonly verdict: "conforms" | "mismatch" | "undecided";
  /** The events that were compared. */
  readonly events: number;
  /** Orders that were tried beyond the first. */
  readonly forks: number;
  /** How often each rule decided. */
  readonly coverage: ReadonlyMap<RuleName, number>;
  /** Null unless it is a mismatch. */
  readonly mismatch: FirstDifference | null;
}

/** Holds a recording against the model. What the wheel's usual order does not explain may be another order's doing. */
export function checkConformance(scenario: Scenario, trace: Trace, rules: KernelRules): Conformance {
  const usual = walkThrough(scenario, trace, rules, "wheel");
  return usual.verdict === "mismatch" && usual.forks > 0 ? walkThrough(scenario, trace, rules, "any") : usual;
}

function walkThrough(scenario: Scenario, trace: Trace, rules: KernelRules, tries: OrdersTried): Conformance {
  const observed = new Observed(trace);
  const orders = new PermittedOrders(observed, new ClosedConnections(trace), tries);
  const walk = new Walk(scenario, trace, orders, firstFork(scenario, trace, rules, observed));
  const timeline = timelineOf(scenario, trace);
  for (const [place, event] of timeline.entries()) {
    observed.now = { fromMs: event.at, toMs: event.kind === "arrival" ? event.doneAt : event.at };
    walk.see(event);
    if (walk.verdict !== "conforms") return walk.result(place + 1);
  }
  return walk.result(timeline.length);
}

function firstFork(scenario: Scenario, trace: Trace, rules: KernelRules, observed: Observed): Fork {
  const host = ServerHost.create(rules, observed);
  for (const [name, value] of Object.entries({ ...trace.sysctls, ...scenario.sysctls }))
    if (value !== null) host.setSysctl(name, value);
  return new Fork(host);
}

/** The orders that explain a recording so far. */
class Walk {
  verdict: Conformance["verdict"] = "conforms";
  readonly #trace: Trace;
  readonly #orders: PermittedOrders;
  readonly #plans: ReadonlyMap<string, ListenPlan>;
  #forks: Fork[];
  #coverage: ReadonlyMap<RuleName, number> = new Map();
  #mismatch: FirstDifference | null = null;

  constructor(scenario: Scenario, trace: Trace, orders: PermittedOrders, first: Fork) {
    this.#trace = trace;
    this.#orders = orders;
    this.#forks = [first];
    this.#plans = new Map(
      scenario.listeners.map((plan) => [plan.name, { ...plan, endpoint: listenerEndpoint(scenario, plan) }]),
    );
  }

  see(event: ServerEvent): void {
    let first: FirstDifference | null = null;
    const survivors = new Map<string, Fork>();
    for (const fork of this.#orders.at(this.#forks, event)) {
      const contradiction = fork.late(event.at) ?? this.#meet(fork, event);
      if (contradiction === null) survivors.set(fork.key(), fork);
      else first ??= differenceAt(event, contradiction, fork);
    }
    this.#forks = [...survivors.values()];
    this.#coverage = this.#forks[0]?.rules ?? this.#coverage;
    if (this.#forks.length > MOST_FORKS) this.verdict = "undecided";
    if (this.#forks.length > 0 || first === null) return;
    this.verdict = "mismatch";
    this.#mismatch = first;
  }

  result(events: number): Conformance {
    const [forks, coverage, mismatch] = [this.#orders.made, this.#coverage, this.#mismatch];
    return { verdict: this.verdict, events, forks, coverage, mismatch };
  }

  #meet(fork: Fork, event: ServerEvent): Contradiction | null {
    switch (event.kind) {
      case "arrival":
        return fork.arrive(event);
      case "answer":
        return fork.answer(event);
      case "call":
        return fork.call(event, (actor) => this.#plans.get(actor) ?? null);
      case "sample":
        return compareSample(fork.host, event.sample);
      case "look":
        return compareHalfOpen(fork.host, event.halfOpen);
      case "end":
        return compareCounters(fork, this.#trace);
    }
  }
}

function differenceAt(event: ServerEvent, contradiction: Contradiction, fork: Fork): FirstDifference {
  const { expected, observed } = contradiction;
  const last = { at: event.at, kernel: observed, model: expected };
  const listing = [...listingOf(fork.steps), last];
  return { expected, observed, event: describeEvent(event), at: event.at, listing };
}
