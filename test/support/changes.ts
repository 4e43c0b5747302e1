/**
 * Changes to a recorded trace, for the violations beside each claim.
 *
 * @module
 */
import type { QueueSample, Trace, TraceCall, TracePacket, TraceSocket } from "../../src/core/trace/index.ts";

/** What another kernel might have done instead. */
export type Change = (trace: Trace) => Trace;

/** Each sample changed. */
export const samples =
  (change: (sample: QueueSample) => QueueSample): Change =>
  (trace) => ({ ...trace, samples: trace.samples.map(change) });
/** Each packet changed. */
export const packets =
  (change: (packet: TracePacket, trace: Trace) => TracePacket): Change =>
  (trace) => ({ ...trace, packets: trace.packets.map((packet) => change(packet, trace)) });
/** Each call changed. */
export const calls =
  (change: (call: TraceCall) => TraceCall): Change =>
  (trace) => ({ ...trace, calls: trace.calls.map(change) });
/** Each row of a socket table changed. */
export const sockets =
  (change: (row: TraceSocket) => TraceSocket): Change =>
  (trace) => ({ ...trace, sockets: trace.sockets.map(change) });
/** A counter that rose by more, or less. */
export const counter =
  (name: string, by: number): Change =>
  (trace) => ({
    ...trace,
    counters: {
      ...trace.counters,
      after: { ...trace.counters.after, [name]: (trace.counters.after[name] ?? 0) + by },
    },
  });
/** Packets taken out. */
export const removed =
  (which: (packet: TracePacket) => boolean): Change =>
  (trace) => ({ ...trace, packets: trace.packets.filter((packet) => !which(packet)) });
/** Packets that came later; with a negative time earlier. */
export const later = (which: (packet: TracePacket, trace: Trace) => boolean, byMs: number): Change =>
  packets((packet, trace) =>
    which(packet, trace)
      ? {
          ...packet,
          at: packet.at + byMs,
          arrivedAt: packet.arrivedAt === null ? null : packet.arrivedAt + byMs,
        }
      : packet,
  );
