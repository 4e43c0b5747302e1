/**
 * Waiting that Ctrl-C ends.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";

/** Waits; false if the signal came first. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
