/**
 * From a trace to its moments and its story: everything in order of time, each with what it changes.
 *
 * @module
 */
import { listenerNameAt, type Scenario } from "../scenario/index.ts";
import {
  type Arrival,
  arrivalsOf,
  counterRise,
  isReset,
  type QueueSample,
  type Trace,
  type TraceCall,
  type TracePacket,
} from "../trace/index.ts";
import { clientOfPacket, MOST_NAMED_CLIENTS, type Moment, type StoryLine } from "./stage.ts";
import { StageState } from "./stage-state.ts";
import { StoryTeller } from "./story-teller.ts";

type Event =
  | { readonly at: number; readonly kind: "left" | "arrived"; readonly packet: TracePacket }
  | { readonly at: number; readonly kind: "sample"; readonly sample: QueueSample }
  | { readonly at: number; readonly kind: "call"; readonly call: TraceCall };

/** Walks through a trace once. */
export function walkTrace(
  scenario: Scenario,
  trace: Trace,
): { readonly moments: readonly Moment[]; readonly story: readonly StoryLine[] } {
  const walk = new Walk(scenario, trace);
  for (const event of eventsOf(trace)) walk.see(event);
  return { moments: walk.moments, story: walk.story };
}

class Walk {
  readonly moments: Moment[] = [];
  readonly #scenario: Scenario;
  readonly #state: StageState;
  readonly #teller: StoryTeller;
  readonly #arrivals: ReadonlyMap<number, Arrival>;
  /** The look right after a packet, by its number. */
  readonly #looks: ReadonlyMap<number | null, QueueSample>;
  readonly #sendsCookies: boolean;

  constructor(scenario: Scenario, trace: Trace) {
    this.#scenario = scenario;
    const hasNames = scenario.clients.length <= MOST_NAMED_CLIENTS;
    this.#state = new StageState(scenario, hasNames);
    this.#teller = new StoryTeller(this.#state, hasNames);
    const arrivals = arrivalsOf(trace, (endpoint) => listenerNameAt(scenario, endpoint));
    this.#arrivals = new Map(arrivals.map((arrival) => [arrival.packet.number, arrival]));
    this.#looks = new Map(trace.samples.map((sample) => [sample.afterPacket, sample]));
    this.#sendsCookies = counterRise(trace, "SyncookiesSent") !== 0;
    this.#keep(0);
  }

  get story(): readonly StoryLine[] {
    return this.#teller.lines;
  }

  see(event: Event): void {
    if (event.kind === "sample") this.#state.sample(event.sample);
    else if (event.kind === "call") this.#seeCall(event.call);
    else this.#seePacket(event.packet, event.kind === "arrived");
    this.#keep(event.at);
  }

  #seeCall(call: TraceCall): void {
    const client = call.remote === null ? null : this.#clientAt(call.remote);
    this.#state.call(call, client);
    this.#teller.call(call, client);
  }

  #clientAt(endpoint: string): string | null {
    return clientOfPacket(this.#scenario, { from: endpoint, to: "" })?.client ?? null;
  }

  #seePacket(packet: TracePacket, hasArrived: boolean): void {
    const whose = clientOfPacket(this.#scenario, packet);
    if (whose === null) return;
    const { client, isFromClient } = whose;
    if (!hasArrived) {
      if (packet.arrivedAt === null || packet.note?.includes(" again after ") === true)
        this.#teller.left(packet, whose);
      return;
    }
    if (!isFromClient) {
      this.#state.reachedClient(client, packet);
      if (isReset(packet)) this.#teller.reset(packet, client);
      return;
    }
    const arrival = this.#arrivals.get(packet.number);
    if (isReset(packet)) this.#state.clientReset(client);
    if (arrival === undefined) return;
    const look = this.#looks.get(packet.number);
    const isCookie = look !== undefined && this.#isCookie(client, arrival, look);
    if (!isCookie) this.#state.arrived(client, arrival);
    this.#teller.arrived(client, arrival, { synQueue: look?.synQueue ?? null, isCookie });
  }

  /** Answered, and yet no request more: the SYN+ACK carried a cookie. */
  #isCookie(client: string, { outcome, listener }: Arrival, look: QueueSample): boolean {
    if (!this.#sendsCookies || outcome !== "syn-answered") return false;
    const hasRequest = this.#state.client(client)?.place === "SYN queue";
    return !hasRequest && look.synQueue <= (this.#state.listener(listener)?.synQueue ?? 0);
  }

  /** Moments of one time are one; one that changed nothing is none. */
  #keep(at: number): void {
    const { clients, listeners } = this.#state.now();
    const last = this.moments.at(-1);
    if (last?.clients === clients && last.listeners === listeners) return;
    const moment = { at, clients, listeners };
    if (last?.at === at) this.moments[this.moments.length - 1] = moment;
    else this.moments.push(moment);
  }
}

/** At one time: what arrives, then what the kernel was seen to make of it, then what programs call. */
const RANKS = { arrived: 0, sample: 1, call: 2, left: 3 } as const;

function eventsOf(trace: Trace): Event[] {
  const events: Event[] = [
    ...trace.packets.flatMap((packet): Event[] => [
      { at: packet.at, kind: "left", packet },
      ...(packet.arrivedAt === null ? [] : [{ at: packet.arrivedAt, kind: "arrived" as const, packet }]),
    ]),
    ...trace.samples.map((sample): Event => ({ at: sample.at, kind: "sample", sample })),
    ...trace.calls.map((call): Event => ({ at: call.at, kind: "call", call })),
  ];
  const ordered = events.sort((one, other) => one.at - other.at || RANKS[one.kind] - RANKS[other.kind]);
  let cause: Event | undefined;
  return ordered.map((event) => {
    const moved = atItsCause(event, cause);
    // The answer leaves before the look, and changes nothing of what is looked at.
    if (event.kind !== "left") cause = event;
    return moved;
  });
}

/** The look right after a packet or a call shows what that did: whoever steps there sees it done. */
function atItsCause(event: Event, before: Event | undefined): Event {
  if (event.kind !== "sample" || before === undefined) return event;
  const { afterPacket, afterCall } = event.sample;
  const isAfterPacket = before.kind === "arrived" && before.packet.number === afterPacket;
  const isAfterCall = before.kind === "call" && before.call.number === afterCall;
  return isAfterPacket || isAfterCall ? { ...event, at: before.at } : event;
}
