/**
 * What a second listen() on a running listener would do, decided before it is made. Pure.
 *
 * @module
 */
import type { ListenerFacts } from "../facts.ts";

/**
 * What is to be done with one listener. `keep`: the limit is larger already and nobody asked to lower it. `clamped-away`: the
 * kernel would make the limit smaller than it is, because net.core.somaxconn is.
 */
export type RaiseIntent = "raise" | "lower" | "nothing" | "keep" | "clamped-away";

/** What is wanted. */
export interface RaiseWish {
  /** The backlog for listen(). */
  readonly to: number;
  readonly mayLower: boolean;
}

/** The decision about one listener. */
export interface RaiseDecision {
  readonly intent: RaiseIntent;
  /** The limit that listen() leaves: min(backlog, somaxconn). */
  readonly limit: number;
  /** The somaxconn that makes it smaller than what was asked for; null where it does not. */
  readonly clampedTo: number | null;
}

/**
 * Decides about a listener. An unknown somaxconn does not clamp: what the kernel made of it is read back.
 *
 * @kernel net/socket.c __sys_listen_socket() v6.18
 */
export function decideRaise(
  { acceptQueue }: Pick<ListenerFacts, "acceptQueue">,
  somaxconn: number | null,
  { to, mayLower }: RaiseWish,
): RaiseDecision {
  const clampedTo = somaxconn !== null && somaxconn < to ? somaxconn : null;
  const limit = clampedTo ?? to;
  return { intent: intentOf(acceptQueue.limit, { limit, to, mayLower }), limit, clampedTo };
}

function intentOf(present: number, { limit, to, mayLower }: RaiseWish & { limit: number }): RaiseIntent {
  if (limit > present) return "raise";
  if (limit === present) return "nothing";
  if (to >= present) return "clamped-away";
  return mayLower ? "lower" : "keep";
}
