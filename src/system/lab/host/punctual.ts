/**
 * Waits until the event loop is on time. A process that has just started, or that is building another run's hundreds of
 * sockets, is tens of milliseconds late, and a scenario's first moments would not be what its author wrote.
 *
 * @module
 */
const STEP_MS = 2;
const LATE_MS = 2;
const STEPS_IN_TIME = 5;
/** A machine that is never on time gets its run all the same; the trace tells how late everything was. */
const MOST_STEPS = 100;

/** Resolves when several timers in a row were on time, or after a fraction of a second at the most. */
export async function punctualEventLoop(): Promise<void> {
  let inTime = 0;
  for (let step = 0; step < MOST_STEPS && inTime < STEPS_IN_TIME; step += 1) {
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    inTime = performance.now() - before < STEP_MS + LATE_MS ? inTime + 1 : 0;
  }
}
