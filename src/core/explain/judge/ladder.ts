/**
 * The times at which packets were sent again, and whose ladder they follow. A ladder tells which kernel it was, and that a
 * timer rang rather than a person tried again.
 *
 * @module
 */
import { listed } from "../../count.ts";
import type { Connection } from "../follow/connection.ts";

/** Timers ring late by a few percent, and old kernels' by up to 0.6 s. */
const TIMER_SLACK = 1.08;
const TIMER_MARGIN_MS = 60;
const TICK_MS = 650;

/**
 * The ladders of `tcp_syn_linear_timeouts` = 4 (Linux 6.5 on), of older kernels, and of 3.0 and before. No ladder is one system's
 * alone: macOS has the first too, and Windows the last.
 */
const SYN_LADDERS: readonly (readonly [string, readonly number[]])[] = [
  ["five steps of 1 s, then doubling", [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67]],
  ["doubling from 1 s", [0, 1, 3, 7, 15, 31, 63]],
  ["doubling from 3 s", [0, 3, 9, 21, 45, 93]],
];
/** Windows sends no timestamps unless it is told to; Linux and macOS do. */
const SYSTEMS: Readonly<Record<string, readonly [string, string]>> = {
  "five steps of 1 s, then doubling": ["Linux from 6.5 on, and macOS, do that", ""],
  "doubling from 3 s": ["Linux up to 3.0 does that", "Windows does that, and Linux up to 3.0"],
};

/**
 * The ladder of SYN+ACKs.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 */
const SYN_ACK_STEPS_S = [0, 1, 3, 7, 15, 31] as const;

/** What came again and when, in words; null if nothing did. */
export function ladderNote(connection: Connection): string | null {
  if (connection.isUntimed) return null;
  const notes = [synNote(connection), synAckNote(connection)].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join("; ");
}

function synNote(connection: Connection): string | null {
  const synTimes = connection.synTimes.toArray();
  const [first = Number.NaN] = synTimes;
  if (synTimes.length < 2) return null;
  const ladder = synTimes.length < 4 ? undefined : SYN_LADDERS.find(([, steps]) => follows(synTimes, steps));
  const words = ladder === undefined ? "" : ` (${ladderWords(ladder[0], connection)})`;
  return `SYN again after ${secondsList(synTimes.slice(1).map((at) => at - first))}${words}`;
}

function ladderWords(ladder: string, { lastSyn }: Connection): string {
  const [withTimestamps, without] = SYSTEMS[ladder] ?? ["", ""];
  const system = lastSyn.hasTimestamp ? withTimestamps : without;
  return system === "" ? ladder : `${ladder}: ${system}`;
}

function synAckNote(connection: Connection): string | null {
  const synAckTimes = connection.synAckTimes.toArray();
  const [firstSynAck = Number.NaN] = synAckTimes;
  const isFirstMissing = connection.lastAnswerBeforeFinal() < firstSynAck;
  const start = isFirstMissing ? (connection.synTimes.at(0) ?? connection.finalAt) : firstSynAck;
  const again = isFirstMissing ? synAckTimes : synAckTimes.slice(1);
  if (again.length === 0) return null;
  return `SYN+ACK again after ${secondsList(again.map((at) => at - start))}${synAckWords([start, ...again])}`;
}

function synAckWords(times: readonly number[]): string {
  if (times.length < 3) return "";
  if (follows(times, SYN_ACK_STEPS_S)) return " (the timer's 1, 3, 7 s)";
  return areTickDelayed(times) ? " (each a tick late: a kernel before 4.2)" : "";
}

function follows(times: readonly number[], stepsS: readonly number[]): boolean {
  const [start = 0] = times;
  return times.every((at, place) => {
    const expectedMs = (stepsS[place] ?? Number.NaN) * 1000;
    return (
      at - start >= expectedMs - TIMER_MARGIN_MS && at - start <= expectedMs * TIMER_SLACK + TIMER_MARGIN_MS
    );
  });
}

/** Before 4.2 a tick walked over all requests, so each step comes up to 0.6 s late and pushes the next one. */
function areTickDelayed(times: readonly number[]): boolean {
  return times.slice(1).every((at, place) => {
    const lateMs = at - (times[place] ?? at) - 1000 * 2 ** place;
    return lateMs >= 0 && lateMs <= TICK_MS;
  });
}

/** `1.20, 3.40 and 7.60 s`. */
export function secondsList(timesMs: readonly number[]): string {
  return `${listed(timesMs.map((ms) => (ms / 1000).toFixed(2)))} s`;
}
