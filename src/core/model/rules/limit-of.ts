/**
 * What a listener's numbers become at listen(): the limit, an old kernel's table, and TCP_DEFER_ACCEPT's rounds.
 *
 * @module
 */
import type { RuleName } from "./rule-names.ts";
import type { KernelRules } from "./rules.ts";

/**
 * The limit that the kernel keeps: the backlog as an unsigned number, at most somaxconn, in as many bits as there are.
 *
 * @kernel net/socket.c __sys_listen_socket() v6.18
 * @kernel net/ipv4/af_inet.c inet_listen() v3.10
 */
export function limitOf(rules: KernelRules, backlog: number, somaxconn: number): number {
  const clamped = Math.min(backlog >>> 0, somaxconn);
  return rules.limitBits === 16 ? clamped & 0xffff : clamped;
}

/** Which rules made the limit what it is. */
export function limitRules(rules: KernelRules, backlog: number, somaxconn: number): RuleName[] {
  const names: RuleName[] = [];
  if (backlog < 0) names.push("negative-backlog");
  else if (backlog > somaxconn) names.push("limit-clamped");
  if (rules.limitBits === 16 && Math.min(backlog >>> 0, somaxconn) > 0xffff) names.push("limit-truncated");
  return names;
}

/**
 * How many requests fill an old kernel's table, fixed at the first listen().
 *
 * @kernel net/core/request_sock.c reqsk_queue_alloc() v3.10
 */
export function synTableSize(backlog: number, somaxconn: number, maxSynBacklog: number): number {
  const wanted = Math.max(8, Math.min(backlog >>> 0, somaxconn, maxSynBacklog));
  return 2 ** Math.ceil(Math.log2(wanted + 1));
}

/**
 * TCP_DEFER_ACCEPT's seconds as rounds of the SYN+ACK timer: so many that 1 + 2 + 4 ... seconds reach them.
 *
 * @kernel net/ipv4/tcp.c secs_to_retrans() v6.18
 */
export function deferRoundsOf(seconds: number, firstTimeoutMs: number): number {
  if (seconds <= 0) return 0;
  let rounds = 1;
  for (
    let reachedMs = firstTimeoutMs, stepMs = firstTimeoutMs;
    reachedMs < seconds * 1000 && rounds < 255;
  ) {
    stepMs = Math.min(stepMs * 2, 120_000);
    reachedMs += stepMs;
    rounds += 1;
  }
  return rounds;
}
