/**
 * A trace together with its frames, as the lab and the model leave it behind.
 *
 * @module
 */
import type { CounterValues, Trace } from "./trace.ts";

/** A frame as the server's end saw it. */
export interface RecordedFrame {
  readonly bytes: Uint8Array;
  /** In milliseconds since the start; of a frame that was lost on its way to the server, when it would have arrived. */
  readonly atServer: number;
}

/** Counters at a moment. */
export interface CounterReading {
  readonly at: number;
  readonly values: CounterValues;
}

/** What a run leaves behind: the trace, and the frames for a capture file. */
export interface Recording {
  readonly trace: Trace;
  /** The frames, in the trace's order: `frames[0]` is packet 1. */
  readonly frames: readonly RecordedFrame[];
  /** The counters whenever one of them rose, where that was asked for and can be known: the lab reads them at start and end alone. */
  readonly readings?: readonly CounterReading[];
  /** The wall clock's time of the recording's start, in nanoseconds since 1970. */
  readonly startedAtNs: bigint;
}
