/**
 * How late the kernel's timers fire. Since 4.8 a timer is put into a bucket whose width grows with the time it runs, and
 * fires at the bucket's end; before, it fired at the next tick.
 *
 * @module
 */

/** Buckets of one level. */
const LEVEL_SIZE = 64;
/** Each level's buckets are this much wider, as a power of two. */
const LEVEL_SHIFT = 3;
const LEVELS = 9;

/**
 * When a timer fires.
 *
 * @param nowMs when it is set
 * @param hz ticks per second of the kernel
 * @kernel kernel/time/timer.c calc_wheel_index() v6.18
 */
export function firesAtMs(nowMs: number, delayMs: number, hz: number, isCoarse: boolean): number {
  const tickMs = 1000 / hz;
  const now = Math.floor(nowMs / tickMs);
  const expires = now + Math.max(1, Math.ceil(delayMs / tickMs - 1e-9));
  if (!isCoarse) return Math.max(nowMs, expires * tickMs);
  const shift = LEVEL_SHIFT * levelOf(expires - now);
  return (Math.floor(expires / 2 ** shift) + 1) * 2 ** shift * tickMs;
}

/** Level n holds what is less than 63 * 8^n ticks away. */
function levelOf(ticks: number): number {
  let level = 0;
  while (level < LEVELS - 1 && ticks >= (LEVEL_SIZE - 1) * 2 ** (LEVEL_SHIFT * level)) level += 1;
  return level;
}
