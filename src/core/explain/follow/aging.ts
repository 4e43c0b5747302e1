/**
 * Which connections are forgotten when, so that memory is bounded by what is open and not by the capture's size.
 *
 * - A connection that is over is kept until 1,024 others have ended after it, for stray packets.
 * - An attempt without a word for 140 s is judged: Linux's own ladders pause for 67 s at most, then give up.
 * - An established connection without a word for 15 minutes is forgotten, if its handshake was clear.
 * - Above 262,144 connections at once the longest silent go first, whatever these times say.
 * - Of attempts that no more than one SYN tells of, as in a flood, 12,288 are followed at once: there the longest silent go first too.
 *
 * @module
 */
import { type Connection, PHASE } from "./connection.ts";

const SWEEP_EVERY_MS = 30_000;
const ATTEMPT_IDLE_MS = 140_000;
const ESTABLISHED_IDLE_MS = 900_000;
const MOST_LIVING = 262_144;
/** A client that tries again after a second is still known in a flood of so many SYNs a second. */
const MOST_BARE = 12_288;
const MOST_ENDED = 1024;

/** The order in which connections ended, so that the oldest can go. */
export class Aging {
  readonly #ended: (Connection | null)[] = new Array<Connection | null>(MOST_ENDED).fill(null);
  #nextEnded = 0;
  #sweepAt = SWEEP_EVERY_MS;
  #sweepAbove = MOST_BARE;

  /** A connection is over; returns the one that is to be forgotten for it. */
  end(connection: Connection): Connection | null {
    const oldest = this.#ended[this.#nextEnded] ?? null;
    this.#ended[this.#nextEnded] = connection;
    this.#nextEnded = (this.#nextEnded + 1) % MOST_ENDED;
    return oldest;
  }

  /** Whether it is time to look for connections that have been silent for too long. */
  isDue(now: number, living: number): boolean {
    return now >= this.#sweepAt || living >= this.#sweepAbove;
  }

  /** The connections to forget now. */
  sweep(now: number, living: readonly Connection[]): Connection[] {
    this.#sweepAt = now + SWEEP_EVERY_MS;
    const crowd = crowdOf(living);
    let silent = silentFor(living, now, 1);
    for (let share = 0.5; living.length - silent.length > MOST_LIVING * 0.75 && share > 1e-6; share /= 2) {
      silent = silentFor(living, now, share);
    }
    if (crowd.length > 0) silent = [...new Set([...silent, ...crowd])];
    this.#sweepAbove = (living.length - silent.length) * 1.25 + MOST_BARE / 4;
    return silent;
  }
}

/** Of too many attempts with one SYN alone the older half. */
function crowdOf(living: readonly Connection[]): Connection[] {
  const bare = living.filter(isBare);
  if (bare.length <= MOST_BARE) return [];
  return bare.sort((a, b) => a.lastAt - b.lastAt).slice(0, bare.length - MOST_BARE / 2);
}

/** One SYN, answered or not, and nothing else of the client. */
export function isBare({ phase, synTimes }: Connection): boolean {
  return phase <= PHASE.answered && synTimes.length <= 1;
}

function silentFor(living: readonly Connection[], now: number, share: number): Connection[] {
  return living.filter((connection) => now - connection.lastAt > idleLimitMs(connection) * share);
}

function idleLimitMs(connection: Connection): number {
  if (connection.phase === PHASE.ended) return Number.POSITIVE_INFINITY;
  return connection.phase < PHASE.passed ? ATTEMPT_IDLE_MS : ESTABLISHED_IDLE_MS;
}
