/**
 * Whether nobody was taken out of a queue during a whole watch. Pure.
 *
 * @module
 */
import type { LiveFacts } from "../../listener/facts.ts";

/** A watch shorter than this proves nothing: a busy server may take that long between two accept() calls. */
const LEAST_WATCH_MS = 1_000;
/** A unit that has just been started is still on its way to accept(). */
const STARTING_MS = 10_000;

/**
 * Somebody waited all the time and nobody was surely taken. A client that resets while it waits loses its row and keeps its
 * place in the queue, so rows that are gone prove nothing, but a queue that became shorter does. Where rows do not say
 * whose they are there is only the length, which is believed of a queue with more than one in it: one that is taken may be replaced between
 * two looks.
 */
export function hasStoodStill({ window, waiting }: Pick<LiveFacts, "window" | "waiting">): boolean {
  if (window === null || window.durationMs < LEAST_WATCH_MS) return false;
  if (window.lengthLeast === 0 || window.hasFallen) return false;
  if (waiting === null || waiting.takenAtLeast === null) return window.lengthLeast > 1;
  return waiting.takenAtLeast === 0;
}

/** Most clients have given up after this. */
export const PATIENCE_MS = 10_000;

/** Somebody was taken during the watch, and yet the oldest has waited for longer than clients do: a longer queue makes it worse. */
export function isTooLong({ waiting, window }: Pick<LiveFacts, "window" | "waiting">): boolean {
  return window !== null && (waiting?.takenAtLeast ?? 0) > 0 && (waiting?.oldestMs ?? 0) >= PATIENCE_MS;
}

/** A service that systemd has started a moment ago. */
export function isStarting({ owner, listener }: LiveFacts): boolean {
  const { container } = listener;
  const isService =
    container?.runtime === "systemd" &&
    container.id.endsWith(".service") &&
    !container.id.startsWith("user@");
  return isService && owner !== null && owner.ageMs !== null && owner.ageMs < STARTING_MS;
}
