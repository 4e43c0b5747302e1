/**
 * Which connections of a capture may be drawn, so that the packets of the others need not be kept.
 *
 * @module
 */
import type { Handshake } from "../../explain/index.ts";

/** A page draws no more connections that simply completed; the others are counted. */
export const MOST_DRAWN = 20_000;

/** More packets would take memory for nothing: a page draws a few connections of each kind. */
const MOST_TROUBLED = 2000;
const MOST_PLAIN = 200;

/** The places of the handshakes that may be drawn: what did not simply complete, and of the others the slowest. */
export function drawablePlaces(handshakes: readonly Handshake[]): number[] {
  const places = handshakes.map((_, place) => place);
  const isPlain = (place: number) =>
    handshakes[place]?.outcome === "completed" && handshakes[place].served === true;
  const tookMs = (place: number) => handshakes[place]?.firstResponseMs ?? 0;
  const slowest = places.filter(isPlain).sort((a, b) => tookMs(b) - tookMs(a));
  const troubled = places.filter((place) => !isPlain(place));
  return [...troubled.slice(0, MOST_TROUBLED), ...slowest.slice(0, MOST_PLAIN)];
}
