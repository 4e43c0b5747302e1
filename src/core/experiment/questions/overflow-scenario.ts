/**
 * The scenario that overflow-drop and overflow-abort share: one client is served, the accept queue fills, and the last two
 * handshakes are in flight together, so that one final ACK too many arrives.
 *
 * @module
 */
import type { Variant } from "../experiment.ts";

/** What the two experiments set differently. */
export interface OverflowTimes {
  readonly hold: string;
  readonly look: string;
  readonly duration: string;
  readonly abortOnOverflow: 0 | 1;
}

/**
 * The scenario's text. Two requests must fit into the SYN queue at once. A kernel that keeps only `limit` of them needs
 * backlog 2 for that, and then one client more to fill the accept queue.
 */
export function overflowScenarioText(variant: Variant, times: OverflowTimes): string {
  const isOlder = variant.synQueueTest === ">=";
  return `
scenario: ${isOlder ? "Five" : "Four"} clients meet a listener with backlog ${isOlder ? 2 : 1} that serves one connection at a time.
family: ${variant.family}
sysctls:
  net.ipv4.tcp_abort_on_overflow: ${times.abortOnOverflow}
wire: { delay: 20ms }
listener:
  port: 8088
  backlog: ${isOlder ? 2 : 1}
  accept: { how: one-at-a-time, hold: ${times.hold} }
clients:
  - { at: 0ms, send: 82B } # is served at once, and held
  - { at: 150ms, send: 82B${isOlder ? ", count: 2" : ""} } # waits in the accept queue
  - { at: 300ms, send: 82B, count: 2 } # together: one takes the last place, the other's final ACK is refused
look: ${times.look}
duration: ${times.duration}
`;
}
