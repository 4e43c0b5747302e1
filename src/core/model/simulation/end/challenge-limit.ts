/**
 * How often an end answers a SYN that belongs to no handshake of its own by a challenge ACK: since 4.2 at most once in
 * net.ipv4.tcp_invalid_ratelimit, before that always.
 *
 * @module
 */
import type { ConnectionDependencies } from "./connection-dependencies.ts";

/** The limit of one connection. */
export class ChallengeLimit {
  readonly #dependencies: Pick<ConnectionDependencies, "rules" | "sysctls" | "now" | "count">;
  #lastAtMs: number | null = null;

  constructor(dependencies: Pick<ConnectionDependencies, "rules" | "sysctls" | "now" | "count">) {
    this.#dependencies = dependencies;
  }

  /** Counts a SYN, and says whether it is answered. @kernel net/ipv4/tcp_input.c tcp_send_challenge_ack() v6.18 */
  allows(): boolean {
    const { rules, sysctls, now, count } = this.#dependencies;
    if (!rules.challengesSyns) return true;
    count("TCPSYNChallenge");
    const last = this.#lastAtMs;
    if (rules.limitsDuplicateSyns && last !== null && now() - last < sysctls.invalidRatelimitMs) return false;
    count("TCPChallengeACK");
    this.#lastAtMs = now();
    return true;
  }
}
