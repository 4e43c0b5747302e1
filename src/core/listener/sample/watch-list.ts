/**
 * Which listeners are looked at many times a second: those that were named, and of those whose queue was ever not empty
 * the latest. Pure.
 *
 * @module
 */
import type { ListenerState } from "./listener-state.ts";

/** Most listeners that are watched without being named. */
export const MOST_WATCHED = 64;

/** A listener and where it is. */
export interface WatchCandidate {
  readonly state: ListenerState;
  readonly namespace: number;
}

/** Names listeners to watch whether or not they ever fill. */
export type IsNamed = (candidate: WatchCandidate) => boolean;

/** Marks the listeners to watch, and returns them. */
export function chooseWatched<T extends WatchCandidate>(
  candidates: readonly T[],
  isNamed: IsNamed,
  most: number = MOST_WATCHED,
): T[] {
  const named = new Set(candidates.filter(isNamed));
  const active = candidates
    .filter((candidate) => candidate.state.lastActiveAt !== null && !named.has(candidate))
    .sort((a, b) => (b.state.lastActiveAt ?? 0) - (a.state.lastActiveAt ?? 0))
    .slice(0, most);
  for (const { state } of candidates) state.isWatched = false;
  const watched = [...named, ...active];
  for (const { state } of watched) state.isWatched = true;
  return watched;
}
