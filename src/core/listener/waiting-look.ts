/**
 * One look at who waits in an accept queue. The kernel gives rows and lengths of different moments, so a connection that is counted in
 * a length and has no row may have been reset while it waited, or have come in between. How many came in between the kernel
 * counts. Pure.
 *
 * @module
 */

import type { Counters } from "../wire/counter-names.ts";
import type { InetDiagSocket } from "../wire/netlink/inet-diag-message.ts";
import { ownerOf } from "./syn-queue-lengths.ts";

/**
 * What a look reads of the namespace beside its tables: `PassiveOpens` rises with each connection that comes into any accept queue,
 * `EstabResets` with each that is reset in one.
 *
 * @kernel net/ipv4/tcp_minisocks.c tcp_create_openreq_child() v6.18
 * @kernel net/ipv4/tcp.c tcp_set_state() v6.18
 */
export const WAITING_COUNTERS = ["PassiveOpens", "EstabResets", "TCPFastOpenPassive"] as const;

/** The readings of one look at a port, in the order in which they are taken. */
export interface PortLook {
  readonly countersBefore: Counters;
  /** Connections that no process holds. */
  readonly untaken: readonly InetDiagSocket[];
  readonly listeners: readonly InetDiagSocket[];
  readonly countersAfter: Counters;
}

/** One listener's queue, as a look shows it. */
export interface WaitingLook {
  /** Who waits. */
  readonly rows: readonly InetDiagSocket[];
  /** The queue's length, read after the rows. */
  readonly length: number;
  /** Connections that were reset and keep their place in the queue: so many at least. */
  readonly resetAtLeast: number;
  /** EstabResets of the namespace, before the rows were read and after the length; null where the kernel does not count. */
  readonly resetsBefore: number | null;
  readonly resetsAfter: number | null;
}

/** What a look shows of a listener. Null where it cannot be told: the listener is gone, or a row does not say whose it is. */
export function waitingLook(look: PortLook, cookie: bigint): WaitingLook | null {
  const { untaken, listeners, countersBefore, countersAfter } = look;
  const index = listeners.findIndex((listener) => listener.cookie === cookie);
  const length = listeners[index]?.receiveQueue;
  const rows = length === undefined ? null : waitingRows(untaken, listeners, index);
  if (length === undefined || rows === null) return null;
  const resetsAfter = countersAfter["EstabResets"] ?? null;
  return {
    rows,
    length,
    resetAtLeast: Math.min(withoutRow(length, rows.length, look), resetsAfter ?? Number.POSITIVE_INFINITY),
    resetsBefore: countersBefore["EstabResets"] ?? null,
    resetsAfter,
  };
}

/** Whoever stands in the queue when its length is read has a row, unless it came after the rows were read or was reset. */
function withoutRow(length: number, rows: number, { countersBefore, countersAfter }: PortLook): number {
  const [before, after] = [countersBefore["PassiveOpens"], countersAfter["PassiveOpens"]];
  if (typeof before !== "number" || typeof after !== "number") return 0;
  return Math.max(0, length - rows - (after - before));
}

/** Connections that nobody has taken, of the listener at `index`; null where a row does not say whose it is. */
function waitingRows(
  rows: readonly InetDiagSocket[],
  listeners: readonly InetDiagSocket[],
  index: number,
): InetDiagSocket[] | null {
  const untaken = rows.filter(isWaiting);
  const owners = untaken.map((row) => ownerOf(row, listeners));
  // A row of a SO_REUSEPORT group may be any member's.
  if (owners.includes("several")) return null;
  return untaken.filter((_, at) => owners[at] === index);
}

/** A connection by TCP Fast Open waits while its handshake goes on. A request is in the same state, and has no `tcp_info`. */
function isWaiting({ inode, state, info }: InetDiagSocket): boolean {
  if (inode !== 0) return false;
  return state === "ESTABLISHED" || state === "CLOSE_WAIT" || (state === "SYN_RECV" && info !== null);
}
