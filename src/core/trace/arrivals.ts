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
  | "final-refused"
  /** A final ACK without data that TCP_DEFER_ACCEPT passed over: the request stays and waits for data. */
  | "final-deferred";

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

const LONGEST_TIMEOUT_MS = 120_000;

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
  /** The SYN+ACKs to each client. */
  readonly #synAcks = new Map<string, TracePacket[]>();
  /** By listener: how long after the first SYN+ACK a bare final ACK is passed over. */
  readonly #deferMs = new Map<string, number>();
  readonly #listenerOf: (endpoint: string) => string | null;

  constructor(trace: Trace, listenerOf: (endpoint: string) => string | null) {
    this.#listenerOf = listenerOf;
    for (const packet of trace.packets) {
      if (packet.flags !== "S.") continue;
      const answers = this.#synAcks.get(packet.to) ?? [];
      answers.push(packet);
      this.#synAcks.set(packet.to, answers);
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

  #seeCall({ call, actor, result, remote, argument }: TraceCall): void {
    if (call === "TCP_DEFER_ACCEPT") this.#deferMs.set(actor, deferredForMs(argument ?? 0));
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
    // A SYN that comes after its own handshake concerns the connection, not the listener.
    if (packet.flags === "S" && progress !== "completed") this.#seeSyn(packet, packet.arrivedAt, state);
    else if (hasAck(packet) && progress === "answered") this.#seeFinal(packet, state);
  }

  #seeAnswer(packet: TracePacket): void {
    if (packet.flags === "S." && this.#progress.get(packet.to) !== "completed") {
      this.#progress.set(packet.to, "answered");
    } else if (isReset(packet)) this.#progress.set(packet.to, "gone");
  }

  #seeSyn(packet: TracePacket, arrivedAt: number, state: ListenerState): void {
    const answers = this.#synAcks.get(packet.from) ?? [];
    const answer = answers.find(({ at }) => at >= arrivedAt && at < arrivedAt + ANSWER_WITHIN_MS);
    if (answer === undefined) {
      this.#add(packet, state, isFull(state) ? "syn-refused-accept-queue-full" : "syn-unanswered");
    } else if (packet.length > 0 && answer.ack === (packet.seq + 1 + packet.length) >>> 0) {
      // Fast Open: the SYN+ACK acknowledges the data too, so the connection is in the accept queue already.
      this.#complete(packet, state);
    } else this.#add(packet, state, "syn-answered");
  }

  #seeFinal(packet: TracePacket, state: ListenerState): void {
    if (this.#isDeferred(packet, state)) this.#add(packet, state, "final-deferred");
    else if (isFull(state)) this.#add(packet, state, "final-refused");
    else this.#complete(packet, state);
  }

  #complete(packet: TracePacket, state: ListenerState): void {
    this.#add(packet, state, "completed");
    this.#progress.set(packet.from, "completed");
    state.acceptQueue += 1;
  }

  /** @kernel net/ipv4/tcp_minisocks.c tcp_check_req() v6.18 */
  #isDeferred(packet: TracePacket, { name }: ListenerState): boolean {
    const forMs = this.#deferMs.get(name) ?? 0;
    if (packet.flags !== "." || packet.length > 0) return false;
    const first = this.#synAcks.get(packet.from)?.[0]?.at ?? 0;
    return (packet.arrivedAt ?? 0) < first + forMs;
  }

  #add(packet: TracePacket, state: ListenerState, outcome: ArrivalOutcome): void {
    const { name: listener, ...queues } = state;
    this.arrivals.push({ packet, listener, outcome, ...queues });
  }
}

/**
 * TCP_DEFER_ACCEPT takes seconds and keeps a number of SYN+ACK timeouts of 1, 2, 4 ... s that last at least so long.
 *
 * @kernel net/core/request_sock.c secs_to_retrans() v6.18
 */
function deferredForMs(seconds: number): number {
  let [forMs, timeoutMs] = [0, 1000];
  while (forMs < seconds * 1000) {
    forMs += timeoutMs;
    timeoutMs = Math.min(2 * timeoutMs, LONGEST_TIMEOUT_MS);
  }
  return forMs;
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
