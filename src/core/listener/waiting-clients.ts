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
export function waitingRows(
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

/** A queue at one moment: the connections in it that have a row, and its length. */
export interface WaitingLook {
  readonly rows: readonly InetDiagSocket[];
  readonly length: number;
}

/** What the rows say; `before` are those of the beginning of a watch, null without one. */
export function describeWaiting(look: WaitingLook, before: WaitingLook | null): WaitingFacts {
  const { rows } = look;
  const closed = rows.filter(({ state }) => state === "CLOSE_WAIT");
  const oldest = oldestOf(rows);
  return {
    alive: rows.length - closed.length,
    closed: closed.length,
    reset: resetIn(look),
    oldestMs: oldest === null ? null : lastDataSentMs(oldest.info),
    oldest: oldest === null ? null : formatEndpoint(oldest.remote.address, oldest.remote.port),
    ...changesSince(before, look),
    closedFrom: countAddresses(closed),
  };
}

/** A connection that was reset while it waited keeps its place in the queue and has no row any more. */
function resetIn({ rows, length }: WaitingLook): number {
  return Math.max(0, length - rows.length);
}

function changesSince(
  before: WaitingLook | null,
  look: WaitingLook,
): Pick<WaitingFacts, "stillWaiting" | "left" | "takenAtLeast"> {
  if (before === null) return { stillWaiting: null, left: null, takenAtLeast: null };
  const now = new Set(look.rows.map(({ cookie }) => cookie));
  const stillWaiting = before.rows.filter(({ cookie }) => now.has(cookie)).length;
  const left = before.rows.length - stillWaiting;
  // Without those that came and reset in between, who would make it more.
  const takenAtLeast = Math.max(0, left + resetIn(before) - resetIn(look));
  return { stillWaiting, left, takenAtLeast };
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
