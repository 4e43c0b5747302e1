/**
 * How often an end answers a SYN that belongs to no handshake of its own by a challenge ACK: since 4.2 at most once in
 * net.ipv4.tcp_invalid_ratelimit, before that always.
 *
 * @module
 */
import type { ConnectionSurroundings } from "./connection-surroundings.ts";

/** The limit of one connection. */
export class ChallengeLimit {
  readonly #with: Pick<ConnectionSurroundings, "rules" | "sysctls" | "now" | "count">;
  #lastAtMs: number | null = null;

  constructor(surroundings: Pick<ConnectionSurroundings, "rules" | "sysctls" | "now" | "count">) {
    this.#with = surroundings;
  }

  /** Counts a SYN, and says whether it is answered. @kernel net/ipv4/tcp_input.c tcp_send_challenge_ack() v6.18 */
  allows(): boolean {
    const { rules, sysctls, now, count } = this.#with;
    if (!rules.challengesSyns) return true;
    count("TCPSYNChallenge");
    const last = this.#lastAtMs;
    if (rules.limitsDuplicateSyns && last !== null && now() - last < sysctls.invalidRatelimitMs) return false;
    count("TCPChallengeACK");
    this.#lastAtMs = now();
    return true;
  }
}
