/**
 * Who waits in an accept queue, and since when: rows in ESTABLISHED or CLOSE_WAIT without an inode. The server has sent
 * them nothing, so the time since it last sent is their time in the queue, exactly. Pure.
 *
 * @module
 */

import { formatEndpoint } from "../wire/address.ts";
import type { InetDiagSocket } from "../wire/netlink/inet-diag-message.ts";
import { lastDataSentMs } from "../wire/netlink/tcp-info-fields.ts";
import type { WaitingFacts } from "./facts.ts";
import { ownerOf } from "./syn-queue-lengths.ts";

/** Connections that nobody has taken, of the listener at `index`; null where a row does not say whose it is. */
function waitingRows(
  rows: readonly InetDiagSocket[],
  listeners: readonly InetDiagSocket[],
  index: number,
): InetDiagSocket[] | null {
  const untaken = rows.filter(({ inode, state }) => inode === 0 && isWaitingState(state));
  const owners = untaken.map((row) => ownerOf(row, listeners));
  // A row of a SO_REUSEPORT group may be any member's.
  if (owners.some((owner) => owner === "several" && untaken.length > 0)) return null;
  return untaken.filter((_, at) => owners[at] === index);
}

function isWaitingState(state: InetDiagSocket["state"]): boolean {
  return state === "ESTABLISHED" || state === "CLOSE_WAIT";
}

/** The listeners of a port and the connections that nobody has taken, read one right after the other. */
export interface PortQueues {
  readonly listeners: readonly InetDiagSocket[];
  readonly untaken: readonly InetDiagSocket[];
}

/** One listener's queue, as a look at it shows it. */
export interface WaitingLook {
  /** Who waits. */
  readonly rows: readonly InetDiagSocket[];
  readonly length: number;
  /** Connections that were reset and keep their place, as far as the look proves it. */
  readonly surelyReset: number;
}

/**
 * A listener's queue from two readings one right after the other: lengths and rows are of different moments, so only what both
 * say is believed. Null where it cannot be told: the listener is gone, or a row does not say whose it is.
 */
export function waitingLook(first: PortQueues, second: PortQueues, cookie: bigint): WaitingLook | null {
  const [before, after] = [queueOf(first, cookie), queueOf(second, cookie)];
  if (before === null || after === null) return null;
  return { ...after, surelyReset: surelyReset(before, after) };
}

type Queue = Pick<WaitingLook, "rows" | "length">;

function queueOf({ listeners, untaken }: PortQueues, cookie: bigint): Queue | null {
  const index = listeners.findIndex((listener) => listener.cookie === cookie);
  const length = listeners[index]?.receiveQueue;
  const rows = length === undefined ? null : waitingRows(untaken, listeners, index);
  return length === undefined || rows === null ? null : { rows, length };
}

/**
 * A connection that was reset while it waited keeps its place in the queue and has no row any more. Whoever was accepted between
 * the reading of the length and that of the rows looks the same, so it is believed only of a queue from which nobody was taken
 * meanwhile, and which grew by those who came.
 */
function surelyReset(before: Queue, after: Queue): number {
  const known = new Set(before.rows.map(({ cookie }) => cookie));
  const came = after.rows.filter(({ cookie }) => !known.has(cookie)).length;
  const hasLeft = after.rows.length - came < before.rows.length;
  if (hasLeft || after.length - before.length !== came) return 0;
  return Math.max(0, after.length - after.rows.length);
}

/**
 * What two looks say, the second of them some time after the first: clients that have gone are those that both show. `begin` is a
 * look at the beginning of a watch, null without one.
 */
export function describeWaiting(
  look: WaitingLook,
  earlier: WaitingLook | null,
  begin: WaitingLook | null = null,
): WaitingFacts {
  const { rows } = look;
  const closed = rows.filter(isClosed);
  const closedEarlier = new Set((earlier?.rows ?? []).filter(isClosed).map(({ cookie }) => cookie));
  const confirmed = closed.filter(({ cookie }) => closedEarlier.has(cookie));
  const oldest = oldestOf(rows);
  return {
    alive: rows.length - closed.length,
    closed: confirmed.length,
    reset: Math.min(look.surelyReset, earlier?.surelyReset ?? 0),
    oldestMs: oldest === null ? null : lastDataSentMs(oldest.info),
    oldest: oldest === null ? null : formatEndpoint(oldest.remote.address, oldest.remote.port),
    ...changesSince(begin, look),
    closedFrom: countAddresses(confirmed),
  };
}

function isClosed({ state }: InetDiagSocket): boolean {
  return state === "CLOSE_WAIT";
}

function changesSince(
  begin: WaitingLook | null,
  look: WaitingLook,
): Pick<WaitingFacts, "stillWaiting" | "left" | "takenAtLeast"> {
  if (begin === null) return { stillWaiting: null, left: null, takenAtLeast: null };
  const now = new Set(look.rows.map(({ cookie }) => cookie));
  const stillWaiting = begin.rows.filter(({ cookie }) => now.has(cookie)).length;
  const left = begin.rows.length - stillWaiting;
  // All that have no row now may have been reset meanwhile, except those that had been so at the beginning.
  const resetAtMost = Math.max(0, look.length - look.rows.length);
  return { stillWaiting, left, takenAtLeast: Math.max(0, left + begin.surelyReset - resetAtMost) };
}

function oldestOf(rows: readonly InetDiagSocket[]): InetDiagSocket | null {
  const age = (row: InetDiagSocket): number => lastDataSentMs(row.info) ?? -1;
  return rows.reduce<InetDiagSocket | null>(
    (oldest, row) => (oldest === null || age(row) > age(oldest) ? row : oldest),
    null,
  );
}

function countAddresses(rows: readonly InetDiagSocket[]): { address: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { remote } of rows) counts.set(remote.address, (counts.get(remote.address) ?? 0) + 1);
  return [...counts].map(([address, count]) => ({ address, count })).sort((a, b) => b.count - a.count);
}
