/**
 * How late things may be: the one place where the comparison of kernel and model allows for time. The figures are
 * told in docs/verify.md.
 *
 * @module
 */

/** One jiffy of a kernel with HZ = 250; one with a higher HZ is more exact than this. */
const JIFFY_MS = 4;
/** A level of the timer wheel is at most this coarse, as a share of the timeouts of the SYN+ACK ladder. */
const WHEEL_SHARE = 0.065;
/** How long after what provokes it the server's answer may be seen: it leaves at once, but the recorder may be preempted. */
export const ANSWER_WITHIN_MS = 15;
/** `arrivedAt` and the kernel's own packet times come from two clocks. */
export const CLOCKS_APART_MS = 1;

/** How early a timer may fire: it was set within a jiffy that had begun before. */
export const EARLY_MS: number = JIFFY_MS + CLOCKS_APART_MS;

/**
 * How late a timer of this length may fire: the timer wheel rounds up to its level's step.
 *
 * @kernel kernel/time/timer.c calc_index() v6.18
 */
export function latenessMs(timeoutMs: number): number {
  return WHEEL_SHARE * timeoutMs + 2 * JIFFY_MS + CLOCKS_APART_MS;
}
