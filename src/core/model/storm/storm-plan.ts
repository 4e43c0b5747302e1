/**
 * What a storm is: many clients and one listener, by numbers instead of by a list.
 *
 * @module
 */
import type { KernelRules } from "../rules/rules.ts";

/** Clients that come by numbers, and the server that they meet. */
export interface StormPlan {
  readonly rules: KernelRules;
  /** How many clients come. */
  readonly connections: number;
  /** The time from one client's connect() to the next one's, in milliseconds. */
  readonly gapMs: (place: number) => number;
  /** The wire's delay, each way. */
  readonly delayMs: number;
  /** What listen() is given. */
  readonly backlog: number;
  /** By the kernel's name, such as `net.core.somaxconn`. */
  readonly sysctls?: Readonly<Record<string, number>>;
  /** How many connections are served at a time. */
  readonly workers: number;
  /** From accept() to close(), in milliseconds. */
  readonly serviceMs: (place: number) => number;
  /** The earliest moment from `nowMs` on at which the server calls accept(): `nowMs` itself unless it stands still. Without it, it never does. */
  readonly acceptsAgainAtMs?: (nowMs: number) => number;
  /** How long a client waits for accept(), from its connect() on, before it closes; without it, for ever. */
  readonly patienceMs?: number;
  /** Whether clients send a request as soon as they are connected; else they wait for the server to speak. */
  readonly sendsRequest?: boolean;
  /** The time between two looks at the queues; null for none. */
  readonly sampleEveryMs: number | null;
  /** The storm is over at this moment, whatever still waits. */
  readonly untilMs?: number;
  /** The storm is over as soon as each of the first so many clients was accepted or has ended. Without it, all must have ended. */
  readonly untilFirstAreDecided?: number;
  /** Ticks per second of the simulated kernel. */
  readonly hz?: number;
}

/** The queues at one moment. */
export interface StormSample {
  readonly at: number;
  readonly acceptQueue: number;
  readonly synQueue: number;
}

/** How the clients fared: each is in exactly one of these. */
export interface StormOutcomes {
  /** Accepted, served and closed. */
  readonly served: number;
  /** Reset by tcp_abort_on_overflow or as unknown to the server. */
  readonly reset: number;
  /** connect() gave up, by the kernel's own ladder. */
  readonly timedOut: number;
  /** The client's patience ended before it was accepted. */
  readonly gaveUp: number;
  /** Connected as far as they know, or still trying, at the end. */
  readonly waiting: number;
}

/** SYNs at the listener, those that were sent again included. */
export interface StormSyns {
  readonly arrived: number;
  /** Dropped because the SYN queue is full, or only its last quarter is free and cookies are off. */
  readonly refusedBySynQueue: number;
  /** Answered by a cookie. */
  readonly cookies: number;
}

/** What became of a storm. */
export interface StormResult {
  /** Events that were handled: arrivals, timers, calls. */
  readonly events: number;
  readonly endedAtMs: number;
  readonly samples: readonly StormSample[];
  readonly outcomes: StormOutcomes;
  /** The longest that each queue was right after a packet. */
  readonly longest: { readonly acceptQueue: number; readonly synQueue: number };
  /** What became of the SYNs that reached the listener. */
  readonly syns: StormSyns;
  /** Of each client that connected, from the first SYN until connect() returned; NaN for the others. */
  readonly connectMs: Float64Array;
  /** Of each client, from its connect() until accept(); NaN for the others. */
  readonly acceptMs: Float64Array;
  /** Of each client, how many of its packets a queue refused; 255 stands for more. */
  readonly refusals: Uint8Array;
  /** By the kernel's name, as they rose. */
  readonly counters: Readonly<Record<string, number>>;
}
