/**
 * Since when a connection waits for the answer to its SYN, and when connect() gives up. Pure.
 *
 * @module
 */
import { synLadder } from "../../model/rules/syn-ladder.ts";

/** The sysctls that it depends on. */
export interface SynSysctls {
  /** `tcp_syn_retries`. */
  readonly retries: number;
  /** `tcp_syn_linear_timeouts`; 0 on a kernel without it. */
  readonly linearTimeouts: number;
}

const FIRST_MS = 1_000;

/** When the SYN was sent for the last of so many times, in milliseconds after the first. */
function synSentAtMs(resends: number, { linearTimeouts }: SynSysctls): number {
  return resends === 0 ? 0 : (synLadder(linearTimeouts, resends)[resends - 1] ?? 0);
}

/** For how long it has been connecting, from the resends so far and when the next one is due. */
function synWaitedMs(resends: number, nextMs: number, sysctls: SynSysctls): number {
  const sentAtMs = synSentAtMs(resends, sysctls);
  const dueAtMs = synSentAtMs(resends + 1, sysctls);
  return Math.max(sentAtMs, dueAtMs - nextMs);
}

/** When connect() fails with ETIMEDOUT, after its beginning: a timer that finds no resend left, or all of its time gone. */
function synGivesUpAtMs({ retries, linearTimeouts }: SynSysctls): number {
  const patienceMs = FIRST_MS * (2 ** (retries + 1) - 1);
  const timersMs = synLadder(linearTimeouts, retries + 1);
  const last = timersMs.find((atMs, resends) => resends > 0 && atMs >= patienceMs);
  return last ?? timersMs.at(-1) ?? 0;
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
