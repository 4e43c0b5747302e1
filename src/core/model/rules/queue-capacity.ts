/**
 * How many connections a rule lets into a queue: the arithmetic behind the predicates, for whoever shows a capacity or
 * holds an observation against it.
 *
 * @module
 */
import type { FullTest } from "./rules.ts";

/** What tcp_max_syn_backlog is divided by in the trees of the kernel: its last quarter is kept back. */
const LAST_SHARE = 4;

/**
 * How many fit into a queue with this limit: `>` lets one more in than the limit says.
 *
 * @kernel include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full() v6.18
 */
export function capacityOf(test: FullTest, limit: number): number {
  return test === ">" ? limit + 1 : limit;
}

/**
 * How many requests of unknown peers are kept while SYN cookies are off: the SYN that finds fewer than a quarter of
 * tcp_max_syn_backlog free is dropped.
 *
 * @param lastShare what the sysctl is divided by; 4 in every tree
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
export function admittedByLastQuarter(maxSynBacklog: number, lastShare: number = LAST_SHARE): number {
  return maxSynBacklog - Math.floor(maxSynBacklog / lastShare) + 1;
}
