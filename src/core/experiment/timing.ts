/**
 * Timers of the kernel as a trace shows them: when they should have fired, and how late they may be.
 *
 * @module
 */

/** The kernel's timer wheel is up to a few per cent late, later timers more. */
const LATE_SHARE = 0.06;
/** Two ticks of the slowest kernel clock (HZ = 100): a timer counts from the tick before, and the recorder sees it after. */
const TICKS_MS = 20;

/** Whether a time that was measured fits a timer's nominal time. */
export function fitsTimer(measuredMs: number, nominalMs: number): boolean {
  return measuredMs >= nominalMs - TICKS_MS && measuredMs <= nominalMs * (1 + LATE_SHARE) + TICKS_MS;
}

/** Whether a timer must have fired by a time, however late it was. */
export function mustHaveFired(nominalMs: number, byMs: number): boolean {
  return nominalMs * (1 + LATE_SHARE) + TICKS_MS < byMs;
}

/** Whether two times are the same but for a share. */
export function isAbout(measuredMs: number, expectedMs: number, share: number): boolean {
  return Math.abs(measuredMs - expectedMs) <= expectedMs * share;
}

/**
 * When a SYN+ACK is sent again, counted from the first one: 1 s, then doubling each time.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 */
export const SYN_ACK_LADDER_MS: readonly number[] = [1000, 3000, 7000, 15_000, 31_000];

/**
 * When a SYN is sent again, counted from the first one: each second for the first `linear` times, then doubling.
 *
 * @param linear `tcp_syn_linear_timeouts`; 0 for kernels without it
 * @kernel net/ipv4/tcp_timer.c tcp_retransmit_timer() v6.18
 */
export function synLadderMs(linear: number): number[] {
  const times: number[] = [];
  let gapMs = 1000;
  for (let atMs = 1000; atMs < 140_000; atMs += gapMs) {
    times.push(atMs);
    if (times.length > linear) gapMs *= 2;
  }
  return times;
}

/**
 * When a SYN that nobody answers is sent again, and when connect() gives up: at the first timeout at which either all
 * repeats have been sent, tcp_syn_retries and the linear ones, or the time is over that tcp_syn_retries doubling ones take.
 *
 * @kernel net/ipv4/tcp_timer.c tcp_write_timeout() v6.18
 */
export function synSchedule(retries: number, linear: number): { timesMs: number[]; givesUpMs: number } {
  const doublingMs = (2 ** (retries + 1) - 1) * 1000;
  const ladder = synLadderMs(linear);
  const last = ladder.findIndex((atMs, place) => place >= retries + linear || atMs >= doublingMs);
  return { timesMs: ladder.slice(0, last), givesUpMs: ladder[last] ?? 0 };
}

/** What is wrong with the times of resends against a ladder, as sentences; empty if nothing is. */
export function ladderProblems(
  what: string,
  measuredMs: readonly number[],
  ladderMs: readonly number[],
  untilMs: number,
): string[] {
  const problems = measuredMs.flatMap((atMs, place) => {
    const nominalMs = ladderMs[place];
    if (nominalMs === undefined) return [`${what} came more often than ${ladderMs.length} times`];
    if (fitsTimer(atMs, nominalMs)) return [];
    return [`${what} ${place + 1} came after ${(atMs / 1000).toFixed(2)} s, not about ${nominalMs / 1000} s`];
  });
  const missing = ladderMs[measuredMs.length];
  if (missing !== undefined && mustHaveFired(missing, untilMs)) {
    problems.push(`${what} at about ${missing / 1000} s is not in the trace`);
  }
  return problems;
}
