/**
 * What a load generator measured, as values.
 *
 * @module
 */
import type { LoadFailure } from "./load-failure.ts";

/** The times of one request, in milliseconds; null for what it did not live to see. */
export interface LoadTimes {
  /** From connect() to connected. */
  readonly connectMs: number | null;
  /** From the end of sending the request to the first byte of the answer. */
  readonly waitingMs: number | null;
  /** From connected to the end. */
  readonly processingMs: number | null;
  /** From connect() to the end. */
  readonly totalMs: number | null;
  readonly failure: LoadFailure | null;
}

/** One request over one connection of its own. */
export interface LoadRequest extends LoadTimes {
  /** Counts from 1, in the order of starting. */
  readonly number: number;
  /** When the schedule wanted it, in milliseconds since the run began; that of the call where there is no schedule. */
  readonly intendedAt: number;
  /** When connect() was called, in milliseconds since the run began. */
  readonly at: number;
  /** From connect() to the first byte of the answer. */
  readonly firstByteMs: number | null;
  /**
   * How many SYNs the kernel sent again: `tcpi_total_retrans` at the moment at which connect() ended, well or not; 0 where
   * that was before the kernel's timer could ring. Null where there was no socket to ask.
   */
  readonly synResends: number | null;
  /** The client's endpoint, as a capture shows it; null when it never connected, and where nobody wants to know. */
  readonly local: string | null;
  /** What was received, in bytes: all of it, and the body alone. */
  readonly bytes: number;
  readonly bodyBytes: number;
  readonly status: number | null;
  /** The system's word for the failure, such as `"ECONNRESET"`, or null. */
  readonly error: string | null;
}

/** The server's queues at one moment of a run. */
export interface ServerSample {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** All listeners of the endpoint together, as a SO_REUSEPORT group has several. */
  readonly acceptQueue: number;
  readonly synQueue: number;
  readonly limit: number;
  /** The listeners' raw drop counters since the run began. */
  readonly drops: number;
}

/** What was seen of a server on this machine. */
export interface ServerCourse {
  readonly listeners: number;
  readonly samples: readonly ServerSample[];
  /** By how much the namespace's counters rose during the run, by the kernel's name; null where the kernel has none. */
  readonly counters: Readonly<Record<string, number | null>>;
}

/** How connections were to be opened. */
export interface LoadSchedule {
  /** In words, such as `2000/s, poisson, seed 1`. */
  readonly text: string;
  /** In milliseconds. */
  readonly durationMs: number;
}

/** One run of the load generator. */
export interface LoadRun {
  readonly url: string;
  /** The endpoint that was used. */
  readonly address: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Null in a closed loop. */
  readonly schedule: LoadSchedule | null;
  /** How many at once in a closed loop; null in an open one, which knows no bound. */
  readonly concurrency: number | null;
  readonly requested: number;
  readonly threads: number;
  readonly durationMs: number;
  /** The Server field of the first answer that had one. */
  readonly serverSoftware: string | null;
  /** When the kernel sends a SYN again, in milliseconds since connect(). */
  readonly synLadderMs: readonly number[];
  /** Null where the server is not on this machine, or may not be looked at. */
  readonly server: ServerCourse | null;
  /** The requests that came to an end, in the order of their numbers. */
  readonly requests: readonly LoadRequest[];
}
