/**
 * What happened: traces, and what can be read off them.
 *
 * @module
 */
export type { Arrival, ArrivalOutcome } from "./arrivals.ts";
export { arrivalsOf } from "./arrivals.ts";
export { encodeRecording } from "./capture-file.ts";
export type { Handshake } from "./handshakes.ts";
export { handshakesOf, hasAck, isReset } from "./handshakes.ts";
export { withNotes } from "./notes.ts";
export type { CounterReading, RecordedFrame, Recording } from "./recording.ts";
export { sampleGaps } from "./sample-gaps.ts";
export type {
  CounterValues,
  HostName,
  QueueSample,
  RecordingQuality,
  Trace,
  TraceCall,
  TracePacket,
  TraceSocket,
} from "./trace.ts";
export { counterRise } from "./trace.ts";
export { type CallDescription, type DraftPacket, Recorder } from "./trace-recorder.ts";
