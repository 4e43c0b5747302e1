/**
 * How late things may be: the one place where the comparison of kernel and model allows for time. The figures are
 * told in docs/verify.md.
 *
 * @module
 */

/** One jiffy of a kernel with HZ = 250; one with a higher HZ is more exact than this. */
const JIFFY_MS = 4;
/** Ticks per second of the kernels that distributions build: the coarser of the two steps is allowed. */
const USUAL_HZ = [250, 1000] as const;
/** How late the softirq that runs a timer may be on a busy machine. */
const SERVICE_MS = 20;
/** Buckets of a level of the timer wheel, and how much coarser each level is than the one before. */
const WHEEL = { buckets: 64, coarser: 8 } as const;
/** How long after what provokes it the server's answer may be seen: it leaves at once, but the recorder may be preempted. */
export const ANSWER_WITHIN_MS = 15;
/** `arrivedAt` and the kernel's own packet times come from two clocks. */
export const CLOCKS_APART_MS = 1;

/** How early a timer may fire: it was set within a jiffy that had begun before. */
export const EARLY_MS: number = JIFFY_MS + CLOCKS_APART_MS;

/**
 * How late a timer of this length may fire: the timer wheel rounds up to the step of the level in which it lies.
 *
 * @kernel kernel/time/timer.c calc_wheel_index() v6.18
 */
export function latenessMs(timeoutMs: number): number {
  const stepMs = Math.max(...USUAL_HZ.map((hz) => wheelStepMs(timeoutMs, hz)));
  return stepMs + 2 * JIFFY_MS + SERVICE_MS + CLOCKS_APART_MS;
}

function wheelStepMs(timeoutMs: number, hz: number): number {
  const tickMs = 1000 / hz;
  let stepTicks = 1;
  for (let reach = WHEEL.buckets - 1; timeoutMs / tickMs >= reach; reach *= WHEEL.coarser)
    stepTicks *= WHEEL.coarser;
  return stepTicks * tickMs;
}
