/**
 * What metrics are made of: one moment's readings of listeners and namespaces, with totals that only grow. Types only. They
 * are smaller than a sample on purpose, so that whatever watches listeners can feed the exporter, Prometheus' client and
 * OpenTelemetry alike.
 *
 * @module
 */

import type { DropKind } from "../../core/listener/sample/sample.ts";

/** Where drops belong. `other`: refused for memory, a route, the last quarter, a security module; `unknown`: before listenq looked. */
export type DropLabel = DropKind | "unknown";

/** Why packets to a listener were dropped, as far as one interval's counters tell. */
export const DROP_LABELS: readonly DropLabel[] = [
  "accept-queue-full",
  "syn-queue-full",
  "other",
  "by-requests",
  "shared",
  "unknown",
];

/** Drops of one socket by cause; they add up to the kernel's own counter of that socket. */
export type DropsByLabel = Readonly<Record<DropLabel, number>>;

/** None at all. */
export const NO_DROPS: DropsByLabel = {
  "accept-queue-full": 0,
  "syn-queue-full": 0,
  other: 0,
  "by-requests": 0,
  shared: 0,
  unknown: 0,
};

/** The labels of every series of a listener, in this order. */
export const LISTENER_LABELS = ["netns", "protocol", "address", "port", "process", "container"] as const;

/** Their values; empty where there is nothing to say. Two sockets with equal labels are one series. */
export type ListenerLabels = Readonly<Record<(typeof LISTENER_LABELS)[number], string>>;

/** One listening socket. */
export interface ListenerReading {
  /** The same for as long as the socket lives, and no other socket's. */
  readonly id: string;
  readonly labels: ListenerLabels;
  /** Connections that wait for accept(). */
  readonly length: number;
  readonly limit: number;
  readonly capacity: number;
  /** The highest length of the last 60 s. */
  readonly peak: number;
  /** The most that it can have been over that time, between looks too; null where the kernel's word on entries is not heard. */
  readonly peakAtMost: number | null;
  /** Milliseconds at capacity since the socket is watched. */
  readonly fullMs: number;
  /** Connections that were seen to leave its accept queue since it is watched. */
  readonly takenSeen: number;
  /** Requests in its SYN queue; null where that cannot be told. */
  readonly synQueueLength: number | null;
  readonly drops: DropsByLabel;
  /** Packets that the kernel refused at it by its own word; null where it does not tell. */
  readonly kernelRefused: number | null;
}

/** One network namespace. */
export interface NamespaceReading {
  readonly netns: string;
  /** The kernel's TcpExt counters; null where this kernel has none of that name. */
  readonly tcpext: Readonly<Record<string, number | null>>;
}

/** One moment. */
export interface MetricsReading {
  readonly listeners: readonly ListenerReading[];
  readonly namespaces: readonly NamespaceReading[];
}
