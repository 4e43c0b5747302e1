/**
 * How late the kernel's timers fire. Since 4.8 a timer is put into a bucket whose width grows with the time it runs, and
 * fires at the bucket's end; before, it fired at the next tick.
 *
 * @module
 */

/** Buckets of one level. */
const LEVEL_SIZE = 64;
/** Each level's buckets are so many times as wide as those of the level below. */
const LEVEL_FACTOR = 8;
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
  const widthInTicks = LEVEL_FACTOR ** levelOf(expires - now);
  return (Math.floor(expires / widthInTicks) + 1) * widthInTicks * tickMs;
}

/** Level n holds what is less than 63 * 8^n ticks away. */
function levelOf(ticks: number): number {
  let level = 0;
  for (let most = LEVEL_SIZE - 1; level < LEVELS - 1 && ticks >= most; most *= LEVEL_FACTOR) level += 1;
  return level;
}
