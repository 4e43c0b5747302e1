/**
 * When a kernel sends a SYN again that nobody answers.
 *
 * @module
 */

/** @rfc 6298 §2.1 */
const FIRST_TIMEOUT_MS = 1000;

/**
 * The resends of one SYN, in milliseconds since the first: all at equal gaps first, then each gap twice the one before.
 *
 * @param linearTimeouts `net.ipv4.tcp_syn_linear_timeouts`; 0 where the kernel has none
 * @param synRetries `net.ipv4.tcp_syn_retries`
 * @kernel net/ipv4/tcp_timer.c tcp_retransmit_timer() v6.18
 * @example synLadder(0, 3) // [1000, 3000, 7000]
 * @example synLadder(4, 2) // [1000, 2000, 3000, 4000, 5000, 7000]
 */
export function synLadder(linearTimeouts: number, synRetries: number): number[] {
  const ladder: number[] = [];
  let atMs = 0;
  for (let resends = 0; resends < synRetries + linearTimeouts; resends += 1) {
    atMs += FIRST_TIMEOUT_MS * 2 ** Math.max(0, resends - linearTimeouts);
    ladder.push(atMs);
  }
  return ladder;
}
