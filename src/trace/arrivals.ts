/**
 * What the listener's queues did with each packet that reached the server, worked out from packets, samples and accept()
 * calls alone. No counter is read here, so a counter can be held against it.
 *
 * The rule of the accept queue is the kernel's: a packet is refused while length > limit.
 *
 * @kernel net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock() v6.18
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 * @module
 */
import { hasAck, isReset } from "./handshakes.ts";
import type { QueueSample, Trace, TraceCall, TracePacket } from "./trace.ts";

/** What became of a packet at the listener. */
export type ArrivalOutcome =
  /** A SYN that was answered. */
  | "syn-answered"
  /** A SYN without an answer while the accept queue was full. */
  | "syn-refused-accept-queue-full"
  /** A SYN without an answer for another reason: the SYN queue, a rule, a loss. */
  | "syn-unanswered"
  /** The packet that completed the handshake: a child is in the accept queue. */
  | "completed"
  /** A packet that would have completed it, refused because the accept queue was full. */
  | "final-refused";

/** One packet at the listener. */
export interface Arrival {
  readonly packet: TracePacket;
  readonly listener: string;
  readonly outcome: ArrivalOutcome;
  /** Connections in the accept queue when it arrived. */
  readonly acceptQueue: number;
  readonly limit: number;
  /** Requests in the SYN queue when it was last looked at before. */
  readonly synQueue: number;
}

/** How soon a listener answers a SYN that it accepts: at once, but the recorder's clocks may differ a little. */
const ANSWER_WITHIN_MS = 5;

type Event =
  | { readonly at: number; readonly kind: "packet"; readonly packet: TracePacket }
  | { readonly at: number; readonly kind: "sample"; readonly sample: QueueSample }
  | { readonly at: number; readonly kind: "call"; readonly call: TraceCall };

interface ListenerState {
  readonly name: string;
  acceptQueue: number;
  limit: number;
  synQueue: number;
}

type Progress = "answered" | "completed" | "gone";

/**
 * What became of every packet that decided something at a listener.
 *
 * @param listenerOf the name of the listener at a server endpoint, or null
 */
export function arrivalsOf(trace: Trace, listenerOf: (endpoint: string) => string | null): Arrival[] {
  const walk = new Walk(trace, listenerOf);
  for (const event of timelineOf(trace, listenerOf)) walk.see(event);
  return walk.arrivals;
}

class Walk {
  readonly arrivals: Arrival[] = [];
  readonly #listeners = new Map<string, ListenerState>();
  readonly #progress = new Map<string, Progress>();
  readonly #synAckTimes = new Map<string, number[]>();
  readonly #listenerOf: (endpoint: string) => string | null;

  constructor(trace: Trace, listenerOf: (endpoint: string) => string | null) {
    this.#listenerOf = listenerOf;
    for (const packet of trace.packets) {
      if (packet.flags !== "S.") continue;
      const times = this.#synAckTimes.get(packet.to) ?? [];
      times.push(packet.at);
      this.#synAckTimes.set(packet.to, times);
    }
  }

  see(event: Event): void {
    if (event.kind === "sample") this.#seeSample(event.sample);
    else if (event.kind === "call") this.#seeCall(event.call);
    else this.#seePacket(event.packet);
  }

  #seeSample({ listener, acceptQueue, limit, synQueue }: QueueSample): void {
    this.#listeners.set(listener, { name: listener, acceptQueue, limit, synQueue });
  }

  #seeCall({ call, actor, result, remote }: TraceCall): void {
    // A close() without a peer is the listener's own: from then on it has no queues.
    if (call === "close" && remote === null) this.#listeners.delete(actor);
    const state = this.#listeners.get(actor);
    if (call === "accept4" && typeof result === "number" && state !== undefined) state.acceptQueue -= 1;
  }

  #seePacket(packet: TracePacket): void {
    if (this.#listenerOf(packet.from) !== null) this.#seeAnswer(packet);
    else this.#seeArrival(packet);
  }

  #seeArrival(packet: TracePacket): void {
    const state = this.#listeners.get(this.#listenerOf(packet.to) ?? "");
    if (state === undefined || packet.arrivedAt === null || isReset(packet)) return;
    const progress = this.#progress.get(packet.from);
    // A SYN that comes after its own handshake is the connection's affair, not the listener's.
    if (packet.flags === "S" && progress !== "completed") this.#seeSyn(packet, packet.arrivedAt, state);
    else if (hasAck(packet) && progress === "answered") this.#seeFinal(packet, state);
  }

  #seeAnswer(packet: TracePacket): void {
    if (packet.flags === "S." && this.#progress.get(packet.to) !== "completed") {
      this.#progress.set(packet.to, "answered");
    } else if (isReset(packet)) this.#progress.set(packet.to, "gone");
  }

  #seeSyn(packet: TracePacket, arrivedAt: number, state: ListenerState): void {
    const answers = this.#synAckTimes.get(packet.from) ?? [];
    const isAnswered = answers.some((at) => at >= arrivedAt && at < arrivedAt + ANSWER_WITHIN_MS);
    if (isAnswered) this.#add(packet, state, "syn-answered");
    else this.#add(packet, state, isFull(state) ? "syn-refused-accept-queue-full" : "syn-unanswered");
  }

  #seeFinal(packet: TracePacket, state: ListenerState): void {
    const isRefused = isFull(state);
    this.#add(packet, state, isRefused ? "final-refused" : "completed");
    if (isRefused) return;
    this.#progress.set(packet.from, "completed");
    state.acceptQueue += 1;
  }

  #add(packet: TracePacket, state: ListenerState, outcome: ArrivalOutcome): void {
    const { name: listener, ...queues } = state;
    this.arrivals.push({ packet, listener, outcome, ...queues });
  }
}

function isFull(state: ListenerState): boolean {
  return state.acceptQueue > state.limit;
}

/** Everything in the order in which the server's end saw it: a client's packet when it arrives, a server's when it leaves. */
function timelineOf(trace: Trace, listenerOf: (endpoint: string) => string | null): Event[] {
  const serverTime = (packet: TracePacket) =>
    listenerOf(packet.from) === null ? (packet.arrivedAt ?? packet.at) : packet.at;
  const events: Event[] = [
    ...trace.packets.map((packet) => ({ at: serverTime(packet), kind: "packet" as const, packet })),
    ...trace.samples.map((sample) => ({ at: sample.at, kind: "sample" as const, sample })),
    ...trace.calls.map((call) => ({ at: call.at, kind: "call" as const, call })),
  ];
  return events.sort((a, b) => a.at - b.at);
}
