/**
 * Little traces written by hand. A packet is one line of text, so that a test reads as the exchange it is about:
 *
 *     "0 40001 > S"          at 0 ms client 40001 sends a SYN; it arrives 20 ms later
 *     "20 40001 < S."        at 20 ms the server answers
 *     "40 40001 > P. 82"     data of 82 bytes
 *     "40 40001 > . lost"    an ACK that never arrives
 *
 * @module
 */
import type { QueueSample, Trace, TraceCall, TracePacket } from "../../src/core/trace/index.ts";

/** The listener of these traces. */
export const SERVER = "192.0.2.2:8088";
/** One way. */
export const DELAY_MS = 20;

/** A client's endpoint by its port. */
export function client(port: number): string {
  return `192.0.2.1:${port}`;
}

/** The name of the listener at an endpoint, as the functions under test ask for it. */
export function listenerOf(endpoint: string): string | null {
  return endpoint === SERVER ? "listener" : null;
}

/** A packet from its line. Its number is its place among the lines. */
export function packet(line: string, number = 1): TracePacket {
  const match = /^(\S+) (\d+) ([<>]) (\S+)(?: (\d+))?( lost)?$/.exec(line);
  if (match === null) throw new Error(`not a packet: ${line}`);
  const [, time, port, direction, flags = "", length] = match;
  const at = Number(time);
  const [from, to] = direction === ">" ? [client(Number(port)), SERVER] : [SERVER, client(Number(port))];
  const seq = (direction === ">" ? 1000 : 5000) + (flags.startsWith("S") ? 0 : 1);
  const ack = flags.includes(".") ? (direction === ">" ? 5001 : 1001) : null;
  const arrivedAt = match[6] === undefined ? at + DELAY_MS : null;
  return { number, at, arrivedAt, from, to, flags, seq, ack, length: Number(length ?? 0), note: null };
}

/** A sample of the listener's queues. */
export function sample(at: number, acceptQueue: number, limit: number, synQueue = 0): QueueSample {
  const taken = { drops: 0, afterPacket: null, afterCall: null };
  return { at, listener: "listener", acceptQueue, synQueue, limit, ...taken };
}

/** An accept4() of the server that succeeds, unless another result is given. */
export function accept(at: number, result: number | string = 30): TraceCall {
  const made = { host: "server", actor: "listener", call: "accept4" } as const;
  return { number: 1, at, endedAt: at, ...made, argument: null, result, remote: null };
}

/** A trace of these lines, which must stand in the order in which the server's end saw them. */
export function traceOf(lines: readonly string[], rest: Partial<Trace> = {}): Trace {
  return {
    packets: lines.map((line, place) => packet(line, place + 1)),
    samples: [],
    calls: [],
    sockets: [],
    counters: { before: {}, after: {} },
    sysctls: {},
    recording: { largestSampleGapMs: null, p99SampleGapMs: null, framesLost: 0, interrupted: false },
    ...rest,
  };
}
