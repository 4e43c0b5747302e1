/**
 * Who waits in an accept queue, and since when: rows in ESTABLISHED or CLOSE_WAIT without an inode. The server has sent
 * them nothing, so the time since it last sent is their time in the queue, exactly. Of who has gone only that is told on which
 * two looks agree. Pure.
 *
 * @module
 */

import { formatEndpoint } from "../wire/address.ts";
import type { InetDiagSocket } from "../wire/netlink/inet-diag-message.ts";
import { lastDataSentMs } from "../wire/netlink/tcp-info-fields.ts";
import type { WaitingFacts } from "./facts.ts";
import type { WaitingLook } from "./waiting-look.ts";

/**
 * What looks say, the last of them some time after the one before: clients that have gone are those that both show. `begin` is a
 * look at the beginning of a watch, null without one.
 */
export function describeWaiting(
  look: WaitingLook,
  earlier: WaitingLook | null,
  begin: WaitingLook | null = null,
): WaitingFacts {
  const { rows } = look;
  const closed = rows.filter(isClosed);
  const closedEarlier = cookiesOf((earlier?.rows ?? []).filter(isClosed));
  const confirmed = closed.filter(({ cookie }) => closedEarlier.has(cookie));
  const oldest = oldestOf(rows);
  return {
    alive: rows.length - closed.length,
    closed: confirmed.length,
    reset: Math.min(look.resetAtLeast, earlier?.resetAtLeast ?? 0),
    oldestMs: oldest === null ? null : lastDataSentMs(oldest.info),
    oldest: oldest === null ? null : formatEndpoint(oldest.remote.address, oldest.remote.port),
    ...changesSince(begin, earlier, look),
    closedFrom: countAddresses(confirmed),
  };
}

function isClosed({ state }: InetDiagSocket): boolean {
  return state === "CLOSE_WAIT";
}

function cookiesOf(rows: readonly InetDiagSocket[]): ReadonlySet<bigint> {
  return new Set(rows.map(({ cookie }) => cookie));
}

function changesSince(
  begin: WaitingLook | null,
  earlier: WaitingLook | null,
  look: WaitingLook,
): Pick<WaitingFacts, "stillWaiting" | "left" | "takenAtLeast"> {
  if (begin === null || earlier === null) return { stillWaiting: null, left: null, takenAtLeast: null };
  const here = cookiesOf([...earlier.rows, ...look.rows]);
  const stillWaiting = begin.rows.filter(({ cookie }) => here.has(cookie)).length;
  const left = begin.rows.length - stillWaiting;
  return { stillWaiting, left, takenAtLeast: takenAtLeast(begin, left, earlier, look) };
}

/**
 * Who left lost its row because it was taken, or because it was reset. Of those who were reset, before the watch or in it, no more
 * stand in the queue than it is long without the rows that two looks show; and in it no more were reset than the kernel counted.
 */
function takenAtLeast(begin: WaitingLook, left: number, earlier: WaitingLook, look: WaitingLook): number {
  const later = cookiesOf(look.rows);
  const standing = earlier.rows.filter(({ cookie }) => later.has(cookie)).length;
  const resetAtMost = Math.min(earlier.length - standing, earlier.resetsAfter ?? Number.POSITIVE_INFINITY);
  const resetsCounted =
    begin.resetsBefore === null || earlier.resetsAfter === null
      ? Number.POSITIVE_INFINITY
      : earlier.resetsAfter - begin.resetsBefore;
  return Math.max(0, left + begin.resetAtLeast - resetAtMost, left - resetsCounted);
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
