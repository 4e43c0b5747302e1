/**
 * No listener has more refusals than its own drop counter rose by: each refused packet raises that counter too. Pure.
 *
 * @module
 */
import { DROP_CAUSES, type DropCause, type RefusedByCause } from "../facts.ts";

/**
 * Refused packets by cause, of the shared ones no more than the listener's own counter leaves room for.
 *
 * @param dropsRise how much the listener's raw counter rose; null where the kernel has none (before Linux 4.7)
 * @kernel include/net/tcp.h tcp_listendrop() v6.18
 */
export function boundRefused(refused: RefusedByCause, dropsRise: number | null): RefusedByCause {
  if (dropsRise === null) return refused;
  const own = DROP_CAUSES.reduce((sum, cause) => sum + refused[cause].own, 0);
  const room = Math.max(0, dropsRise - own);
  const bound = (cause: DropCause) => ({
    own: refused[cause].own,
    shared: Math.min(refused[cause].shared, room),
  });
  return {
    "accept-queue-full": bound("accept-queue-full"),
    "syn-queue-full": bound("syn-queue-full"),
    other: bound("other"),
  };
}
