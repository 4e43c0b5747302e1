/**
 * How many packets a listener has refused, estimated from one look. Pure. The kernel keeps one exact count of refusals for the
 * whole namespace (ListenDrops) and for each listener a raw counter that is never lower than its refusals, but counts a
 * refused final ACK twice or more, and packets that a half-open request ate. What rose while somebody watched is known
 * better: that is the sampler's (`drop-causes.ts`).
 *
 * @module
 */

/** Refused packets since the listener was opened; null where nothing counts them. */
export interface RefusalEstimate {
  readonly value: number | null;
  /** True only where no other number is possible. */
  readonly exact: boolean;
}

const UNKNOWN: RefusalEstimate = { value: null, exact: false };

/**
 * The refusals of each listener of one namespace, in the order given: its share of ListenDrops by raw counter, and never more
 * than that counter. Exact where nothing was refused; otherwise a listener that has closed may have a part of ListenDrops.
 *
 * @kernel include/net/tcp.h tcp_listendrop() v6.18
 */
export function estimateRefusals(
  rawDrops: readonly (number | null)[],
  listenDrops: number | null,
): RefusalEstimate[] {
  const sum = rawDrops.reduce<number>((total, raw) => total + (raw ?? 0), 0);
  return rawDrops.map((raw) => {
    if (raw === null) return UNKNOWN;
    if (raw === 0 || listenDrops === 0) return { value: 0, exact: true };
    if (listenDrops === null) return UNKNOWN;
    return { value: Math.min(raw, Math.round((listenDrops * raw) / sum)), exact: false };
  });
}
