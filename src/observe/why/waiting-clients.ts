/**
 * Who waits in an accept queue, and since when: rows in ESTABLISHED or CLOSE_WAIT without an inode. The server has sent
 * them nothing, so the time since it last sent is their time in the queue, exactly. Pure.
 *
 * @module
 */
import type { WaitingFacts } from "../../findings/live/facts.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { InetDiagSocket } from "../../wire/inet-diag.ts";
import { lastDataSentMs } from "../../wire/tcp-info-fields.ts";
import { ownerOf } from "../syn-queue-lengths.ts";

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

/** What the rows say; `before` are those of the beginning of a watch, null without one. */
export function describeWaiting(
  rows: readonly InetDiagSocket[],
  before: readonly InetDiagSocket[] | null,
  length: number,
): WaitingFacts {
  const closed = rows.filter(({ state }) => state === "CLOSE_WAIT");
  const oldest = oldestOf(rows);
  const now = new Set(rows.map(({ cookie }) => cookie));
  const still = before?.filter(({ cookie }) => now.has(cookie)).length ?? null;
  return {
    alive: rows.length - closed.length,
    closed: closed.length,
    reset: Math.max(0, length - rows.length),
    oldestMs: oldest === null ? null : lastDataSentMs(oldest.info),
    oldest: oldest === null ? null : formatEndpoint(oldest.remote.address, oldest.remote.port),
    stillWaiting: still,
    left: before === null || still === null ? null : before.length - still,
    closedFrom: countAddresses(closed),
  };
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
