/**
 * What frequent looks at one port alone have seen, beyond lengths and drops: who was taken late, whether the listener itself came
 * and went, who does not finish the handshake, and which queue stands behind the port. Types only; an unknown value is null.
 *
 * @module
 */
import type { ListenerProcess } from "../listener-process.ts";

/** The course of one listener over a watch. */
export interface ListenerCourse {
  readonly late: LateFacts | null;
  readonly comings: ComingsFacts | null;
  readonly requests: RequestFacts | null;
  /** Full or refusing listeners to which a holder of this one is connected, the worst first. */
  readonly behind: readonly BehindFacts[];
  /** Who of its holders waits in its queue itself; null if none does. */
  readonly ownClients: OwnClients | null;
}

/** Connections of a holder of a listener that waited in the queue of that listener at the last look. */
export interface OwnClients {
  readonly process: ListenerProcess;
  readonly connections: number;
}

/** Clients that waited long before somebody took them, or that still wait. */
export interface LateFacts {
  /** The longest that one was seen to have waited, in milliseconds. */
  readonly longestMs: number;
  /** The endpoint of that client. */
  readonly client: string;
  /** In how many looks at who waits somebody had waited for long, of how many. */
  readonly looks: number;
  readonly looksAtAll: number;
  /** How a holder's main thread fared in those looks; null where none could be seen. */
  readonly holder: LateHolder | null;
}

/** The holder that was seen on a CPU most often; of several that slept the first of those that accept. */
export interface LateHolder {
  readonly process: ListenerProcess;
  /** In how many of the looks it could run, or ran. */
  readonly onCpuLooks: number;
  readonly looks: number;
  /** The kernel function in which it slept most often. */
  readonly sleptIn: string | null;
}

/** How often a listener on this address was opened and closed during the watch. */
export interface ComingsFacts {
  readonly opened: number;
  readonly closed: number;
  /** Connections that waited when theirs was last seen before it closed, and no more than the kernel counted as reset. */
  readonly lostWaiting: number;
  /** For how long nobody listened there, as far as looks tell. */
  readonly absentMs: number;
  readonly durationMs: number;
}

/** Handshakes that were under way at the last look at them. */
export interface RequestFacts {
  readonly count: number;
  /** Of which the SYN+ACK was sent more than once: the client does not answer. */
  readonly unanswered: number;
  /** Which have stood for so long without a resend that only a final ACK explains it: they wait for the client's data. */
  readonly deferred: number;
  /** Addresses of the clients, the most frequent first; a few. */
  readonly from: readonly { readonly address: string; readonly count: number }[];
  /** How many different addresses there are. */
  readonly addresses: number;
}

/** A listener behind the port. */
export interface BehindFacts {
  /** `127.0.0.1:9000`, or a path. */
  readonly place: string;
  readonly port: number | null;
  readonly path: string | null;
  readonly process: ListenerProcess | null;
  readonly length: number;
  readonly capacity: number;
  /** By how much its drop counter rose during the watch; null for unix, which counts none. */
  readonly dropsRise: number | null;
  /** How many connections of `by` waited there from the first look to the last, so that nobody accepted them meanwhile. */
  readonly standing: number;
  /** Who is connected to it, and by how many connections, those that do not get in included. */
  readonly by: ListenerProcess;
  readonly connections: number;
}
