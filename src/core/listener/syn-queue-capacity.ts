/**
 * How many half-open requests a listener keeps before the kernel sends a cookie or drops the SYN. Pure. The rules are
 * those of kernel-semantics.md, sections 1.2 and 2.
 *
 * @module
 */
import { eraOf, synQueueTestOf } from "../model/rules/kernel-era.ts";
import { admittedByLastQuarter, capacityOf } from "../model/rules/queue-capacity.ts";

/** What decides. Sysctls of the listener's namespace; null where it has none. */
export interface SynQueueRules {
  /** Of the kernel's source, such as `"6.18.44"`. */
  readonly version: string;
  readonly tcp_max_syn_backlog: number | null;
  readonly tcp_syncookies: number | null;
}

/** The limit and the capacity of a SYN queue. */
export interface SynQueueBounds {
  /** The number that the kernel compares with: the accept queue's limit since 4.4. */
  readonly limit: number | null;
  /** How many requests of new peers are kept. */
  readonly capacity: number | null;
}

/** The bounds of the SYN queue of a listener whose accept queue has this limit. */
export function synQueueBounds(acceptLimit: number, rules: SynQueueRules): SynQueueBounds {
  const test = synQueueTestOf(rules.version);
  if (test === null) return { limit: null, capacity: tableCapacity(acceptLimit, rules) };
  // With 2 every SYN is answered by a cookie and nothing is kept.
  if (rules.tcp_syncookies === 2) return { limit: acceptLimit, capacity: 0 };
  const capacity = Math.min(capacityOf(test, acceptLimit), lastQuarterCapacity(rules));
  return { limit: acceptLimit, capacity };
}

/**
 * With tcp_syncookies = 0, a SYN of a peer that the kernel has not met is dropped in the last quarter of
 * tcp_max_syn_backlog. A kernel built without cookies has no such sysctl, and its variable keeps the default, 1.
 *
 * @kernel net/ipv4/tcp_input.c tcp_conn_request() v6.18
 */
function lastQuarterCapacity({ tcp_max_syn_backlog: most, tcp_syncookies: cookies }: SynQueueRules): number {
  if (cookies !== 0 || most === null) return Number.POSITIVE_INFINITY;
  return admittedByLastQuarter(most);
}

/**
 * Before 4.4 the queue was a hash table whose size came from the backlog at the first listen().
 *
 * @kernel net/core/request_sock.c reqsk_queue_alloc() v4.3
 */
function tableCapacity(
  acceptLimit: number,
  { version, tcp_max_syn_backlog: most }: SynQueueRules,
): number | null {
  if (eraOf(version) === null || most === null) return null;
  const entries = Math.max(Math.min(acceptLimit, most), 8) + 1;
  return 2 ** Math.ceil(Math.log2(entries));
}
