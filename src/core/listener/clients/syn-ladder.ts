/**
 * When a SYN that nobody answers is sent again, and when connect() gives up. Pure.
 *
 * @module
 */

/** The sysctls that it depends on. */
export interface SynSysctls {
  /** `tcp_syn_retries`. */
  readonly retries: number;
  /** `tcp_syn_linear_timeouts`; 0 on a kernel without it. */
  readonly linearTimeouts: number;
}

const FIRST_MS = 1_000;

/** So long the timer runs after that many resends, in milliseconds. @kernel net/ipv4/tcp_timer.c tcp_retransmit_timer() v6.18 */
function gapMs(resends: number, { linearTimeouts }: SynSysctls): number {
  return FIRST_MS * 2 ** Math.max(0, resends - linearTimeouts);
}

/** For how long it has been connecting, in milliseconds, from the resends so far and when the next one is due. */
function synWaitedMs(resends: number, nextMs: number, sysctls: SynSysctls): number {
  return synSentAtMs(resends, sysctls) + Math.max(0, gapMs(resends, sysctls) - nextMs);
}

/** When the SYN was sent for the last of so many times, in milliseconds after the first: after one resend 1 s, after two 3 s. */
function synSentAtMs(resends: number, sysctls: SynSysctls): number {
  let atMs = 0;
  for (let sent = 0; sent < resends; sent += 1) atMs += gapMs(sent, sysctls);
  return atMs;
}

/** When connect() fails with ETIMEDOUT, in milliseconds after its beginning. @kernel net/ipv4/tcp_timer.c tcp_write_timeout() v6.18 */
function synGivesUpAtMs(sysctls: SynSysctls): number {
  const { retries, linearTimeouts } = sysctls;
  const patienceMs = FIRST_MS * (2 ** (retries + 1) - 1);
  let atMs = 0;
  for (let resends = 0; ; resends += 1) {
    atMs += gapMs(resends, sysctls);
    if (resends >= retries + linearTimeouts || (resends > 0 && atMs >= patienceMs)) return atMs;
  }
}

/** What the ladder says of a stuck connection. */
export interface SynTimes {
  /** For how long it has been connecting, or was late; null where it cannot be told. */
  readonly sinceMs: number | null;
  /** When connect() gives up, from now; null for what is connected. */
  readonly givesUpInMs: number | null;
}

/** The times of a connection that is connecting or was late; null for another kind, or where the sysctls are not known. */
export function synTimes(
  kind: "connecting" | "silent" | "late",
  resends: number,
  nextMs: number | null,
  sysctls: SynSysctls | null,
): SynTimes | null {
  if (sysctls === null || kind === "silent") return null;
  if (kind === "late") return { sinceMs: synSentAtMs(resends, sysctls), givesUpInMs: null };
  if (nextMs === null) return null;
  const sinceMs = synWaitedMs(resends, nextMs, sysctls);
  return { sinceMs, givesUpInMs: Math.max(0, synGivesUpAtMs(sysctls) - sinceMs) };
}
