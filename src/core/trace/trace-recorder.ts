/**
 * Everything that is seen during a run, in the order in which it is seen, and the trace that comes of it.
 * It records; it decides nothing.
 *
 * @module
 */
import type { TcpFrame } from "../wire/packet/frame.ts";
import type { Recording } from "./recording.ts";
import { sampleGaps } from "./sample-gaps.ts";
import type {
  CounterValues,
  HostName,
  QueueSample,
  Trace,
  TraceCall,
  TracePacket,
  TraceSocket,
} from "./trace.ts";

/** A packet that is still on its way, or was seen; numbers are given at the end. */
export interface DraftPacket {
  readonly tcp: Omit<TcpFrame, "payload" | "options">;
  readonly bytes: Uint8Array;
  readonly sender: HostName;
  readonly at: number;
  /** When the server's end sees it, or would have. */
  readonly atServer: number;
  arrivedAt: number | null;
}

/** A sample with the end of the dump that it was read from. */
type DraftSample = Omit<QueueSample, "afterPacket"> & {
  readonly afterPacket: DraftPacket | null;
  readonly endedAt: number;
};

/** What was called, before it has a number and times. */
export interface CallDescription {
  readonly host: HostName;
  readonly actor: string;
  readonly call: string;
  readonly argument: number | null;
  readonly result: number | string;
  readonly remote: string | null;
}

/** What only the end of a run knows. */
export interface RunEnd {
  readonly counters: { readonly before: CounterValues; readonly after: CounterValues };
  readonly sysctls: CounterValues;
  readonly framesLost: number;
  readonly interrupted: boolean;
  readonly startedAtNs: bigint;
}

/** The record of one run. */
export class Recorder {
  readonly #packets: DraftPacket[] = [];
  readonly #samples: DraftSample[] = [];
  readonly #calls: TraceCall[] = [];
  readonly #sockets: TraceSocket[] = [];

  addPacket(packet: DraftPacket): void {
    this.#packets.push(packet);
  }

  addSample(sample: DraftSample): void {
    this.#samples.push(sample);
  }

  addSockets(rows: readonly TraceSocket[]): void {
    this.#sockets.push(...rows);
  }

  /** Records a call and returns its number. */
  addCall(at: number, endedAt: number, description: CallDescription): number {
    const number = this.#calls.length + 1;
    this.#calls.push({ number, at, endedAt, ...description });
    return number;
  }

  /** The recording, with packets numbered as the server's end saw them. */
  finish(end: RunEnd): Recording {
    const ordered = [...this.#packets].sort((a, b) => timeAtServer(a) - timeAtServer(b));
    const numbers = new Map(ordered.map((packet, place) => [packet, place + 1]));
    const samples = withoutBlurred(this.#samples, ordered).map(({ endedAt: _, ...sample }) => ({
      ...sample,
      afterPacket: sample.afterPacket === null ? null : (numbers.get(sample.afterPacket) ?? null),
    }));
    const trace: Trace = {
      packets: ordered.map((packet, place) => tracePacket(packet, place + 1)),
      samples,
      calls: this.#calls,
      sockets: this.#sockets,
      counters: end.counters,
      sysctls: end.sysctls,
      recording: { ...sampleGaps(samples), framesLost: end.framesLost, interrupted: end.interrupted },
    };
    const frames = ordered.map((packet) => ({ bytes: packet.bytes, atServer: timeAtServer(packet) }));
    return { trace, frames, startedAtNs: end.startedAtNs };
  }
}

/**
 * Leaves out the looks during which a packet passed: over loopback the kernel may handle one while it answers a dump, and
 * nobody can tell whether the answer is from before or after. One that belongs to a call or a packet is kept.
 */
function withoutBlurred(samples: readonly DraftSample[], ordered: readonly DraftPacket[]): DraftSample[] {
  const times = ordered.map(timeAtServer);
  let next = 0;
  return samples.filter(({ at, endedAt, afterPacket, afterCall }) => {
    while (next < times.length && (times[next] ?? 0) < at) next += 1;
    return afterPacket !== null || afterCall !== null || (times[next] ?? Number.POSITIVE_INFINITY) > endedAt;
  });
}

/** A packet on its way to the server is seen there when it arrives; a lost one would have been. */
function timeAtServer(packet: DraftPacket): number {
  return packet.sender === "client" ? (packet.arrivedAt ?? packet.atServer) : packet.at;
}

function tracePacket(packet: DraftPacket, number: number): TracePacket {
  const { from, to, flags, seq, ack, payloadLength } = packet.tcp;
  const { at, arrivedAt } = packet;
  return { number, at, arrivedAt, from, to, flags, seq, ack, length: payloadLength, note: null };
}
