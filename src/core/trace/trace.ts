/**
 * What happened: the one vocabulary for the lab, the model and a capture. Data only; what it means is said elsewhere.
 * Every `at` is milliseconds since the start of the recording; an unknown value is null and never left out.
 *
 * @module
 */

/** The two hosts of a scenario. On plain loopback they are two roles in one namespace. */
export type HostName = "client" | "server";

/** One TCP packet. A duplicate that the wire made is a packet of its own with the same `at`. */
export interface TracePacket {
  /** Counts from 1 in the order in which the server's end saw them; the packet's number in the capture file. */
  readonly number: number;
  /** When it left its sender. */
  readonly at: number;
  /** When it was handed to the receiver; null if it was lost on the wire. */
  readonly arrivedAt: number | null;
  /** Endpoints, such as `"192.0.2.1:40001"` or `"[2001:db8::1]:40001"`. */
  readonly from: string;
  readonly to: string;
  /** tcpdump's letters: `"S"`, `"S."`, `"."`, `"P."`, `"R"`, `"F."`. */
  readonly flags: string;
  /** Absolute sequence number. */
  readonly seq: number;
  /** Absolute acknowledgement number; null without the ACK flag. */
  readonly ack: number | null;
  /** TCP payload in bytes. */
  readonly length: number;
  /** What matters about it, in words. */
  readonly note: string | null;
}

/** A listener's queues at one moment. */
export interface QueueSample {
  readonly at: number;
  /** Which listener of the scenario. */
  readonly listener: string;
  /** Connections in the accept queue. */
  readonly acceptQueue: number;
  /** Requests in the SYN queue (rows in SYN_RECV); SYN cookies are invisible to it. */
  readonly synQueue: number;
  /** `sk_max_ack_backlog`: the accept queue holds one more than this. */
  readonly limit: number;
  /** The kernel's raw drop counter of this listener; null where the kernel has none. */
  readonly drops: number | null;
  /** The packet after whose arrival at the server this sample was taken, or null. */
  readonly afterPacket: number | null;
  /** The call after which this sample was taken, or null. */
  readonly afterCall: number | null;
}

/** A system call of the scenario's programs. */
export interface TraceCall {
  /** Counts from 1. */
  readonly number: number;
  readonly at: number;
  readonly endedAt: number;
  readonly host: HostName;
  /** Who called: a listener's or a client's name in the scenario; for a sysctl the host's. */
  readonly actor: string;
  /**
   * The system call's name, such as `"accept4"`. getsockopt() and setsockopt() go by the option's (`"SO_ERROR"`, the outcome
   * of a connect; `"TCP_DEFER_ACCEPT"`, `"TCP_FASTOPEN"`, `"TCP_FASTOPEN_CONNECT"`), a changed sysctl by its own.
   */
  readonly call: string;
  /** The argument that matters: a backlog, a number of bytes; null where none does. */
  readonly argument: number | null;
  /** What it returned: a number, or an errno's name such as `"EAGAIN"`. */
  readonly result: number | string;
  /** The peer's endpoint, where the call concerns a connection. */
  readonly remote: string | null;
}

/** One row of a socket table, as the kernel listed it. */
export interface TraceSocket {
  readonly at: number;
  readonly host: HostName;
  /** Such as `"SYN_RECV"`. */
  readonly state: string;
  readonly local: string;
  readonly remote: string;
  /** Bytes not yet read; of a listener, the length of its accept queue. */
  readonly recvQueue: number;
  /** Bytes not yet acknowledged; of a listener, its limit. */
  readonly sendQueue: number;
  /** Who holds the socket; null for a connection that nobody has accepted. */
  readonly process: { readonly pid: number; readonly name: string; readonly fd: number } | null;
  /** The scenario's name of that holder, or null. */
  readonly actor: string | null;
}

/** Counter values by the kernel's own name; null where this kernel has none of that name. */
export type CounterValues = Readonly<Record<string, number | null>>;

/** How good the recording is. */
export interface RecordingQuality {
  /** The largest time between two samples of one listener. */
  readonly largestSampleGapMs: number | null;
  /** 99 % of the gaps are at most this. */
  readonly p99SampleGapMs: number | null;
  /** Frames that the kernel could not hand to the recorder: with any, the recording is not whole. */
  readonly framesLost: number;
  /** True when the run was ended before its time, by Ctrl-C. */
  readonly interrupted: boolean;
}

/** Everything that was recorded of one run. */
export interface Trace {
  readonly packets: readonly TracePacket[];
  readonly samples: readonly QueueSample[];
  readonly calls: readonly TraceCall[];
  readonly sockets: readonly TraceSocket[];
  /** Counters of the server host's namespace. */
  readonly counters: { readonly before: CounterValues; readonly after: CounterValues };
  /** The server host's sysctls at the start, as the kernel gave them back; null where it has none of that name. */
  readonly sysctls: CounterValues;
  readonly recording: RecordingQuality;
}

/** By how much a counter rose between two readings; null when either is unknown. */
export function counterRise(trace: Trace, name: string): number | null {
  const before = trace.counters.before[name] ?? null;
  const after = trace.counters.after[name] ?? null;
  return before === null || after === null ? null : after - before;
}
