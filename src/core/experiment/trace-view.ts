/**
 * A trace beside its scenario, with what claims look up again and again. It answers "which packet", never "is it right".
 *
 * @module
 */
import { clientNameOf, listenerNameAt, type Scenario } from "../scenario/index.ts";
import {
  type Arrival,
  arrivalsOf,
  type Handshake,
  handshakesOf,
  type QueueSample,
  type Trace,
  type TraceCall,
  type TracePacket,
  type TraceSocket,
} from "../trace/index.ts";

/** Lookups in one trace. */
export class TraceView {
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly handshakes: readonly Handshake[];
  readonly arrivals: readonly Arrival[];

  constructor(scenario: Scenario, trace: Trace) {
    this.scenario = scenario;
    this.trace = trace;
    this.handshakes = handshakesOf(trace);
    this.arrivals = arrivalsOf(trace, (endpoint) => listenerNameAt(scenario, endpoint));
  }

  /** The scenario's name of a client endpoint. */
  nameOf(endpoint: string): string {
    return clientNameOf(this.scenario, endpoint) ?? endpoint;
  }

  /** The connection of a client, or null when it sent nothing. */
  handshakeOf(client: string): Handshake | null {
    return this.handshakes.find((handshake) => this.nameOf(handshake.client) === client) ?? null;
  }

  /** What became of one packet at the listener, or null. */
  arrivalOf(packet: TracePacket): Arrival | null {
    return this.arrivals.find((arrival) => arrival.packet.number === packet.number) ?? null;
  }

  /** The arrival that completed a client's handshake, or null. */
  completionOf(handshake: Handshake): Arrival | null {
    return (
      this.arrivals.find(
        (arrival) => arrival.outcome === "completed" && arrival.packet.from === handshake.client,
      ) ?? null
    );
  }

  /**
   * The first client whose final ACK itself met a full accept queue, or null. A later packet of the same client does
   * not count: without the final ACK in the trace nothing is known of it.
   */
  victim(): Handshake | null {
    const isVictim = (handshake: Handshake) => {
      const { finalAck } = handshake;
      if (finalAck === null || finalAck.length > 0) return false;
      return this.arrivalOf(finalAck)?.outcome === "final-refused";
    };
    return this.handshakes.find(isVictim) ?? null;
  }

  /** The sample that was taken right after a packet reached the server, or null. */
  sampleAfterPacket(packet: TracePacket): QueueSample | null {
    return this.trace.samples.find((sample) => sample.afterPacket === packet.number) ?? null;
  }

  /** The sample of a listener that was taken right after a call, or null. */
  sampleAfterCall(call: TraceCall, listener: string): QueueSample | null {
    const isAfter = (sample: QueueSample) => sample.afterCall === call.number && sample.listener === listener;
    return this.trace.samples.find(isAfter) ?? null;
  }

  /** The calls of one program by name. */
  callsOf(actor: string, call: string): TraceCall[] {
    return this.trace.calls.filter((made) => made.actor === actor && made.call === call);
  }

  /** The row of one connection in the socket table of one end at one moment, or null. */
  socketRow(at: number, host: "client" | "server", handshake: Handshake): TraceSocket | null {
    const local = host === "client" ? handshake.client : handshake.server;
    const remote = host === "client" ? handshake.server : handshake.client;
    const isIt = (row: TraceSocket) =>
      row.at === at && row.host === host && row.local === local && row.remote === remote;
    return this.trace.sockets.find(isIt) ?? null;
  }

  /** The moments at which the socket tables were recorded. */
  lookTimes(): number[] {
    return [...new Set(this.trace.sockets.map((row) => row.at))];
  }
}
