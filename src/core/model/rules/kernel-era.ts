/**
 * From a kernel's release to its era: the newest set of rules for listening sockets that is not newer than it. Pure. A
 * version says what the authors of that version wrote; distributions carry later rules into older versions, so where a
 * rule matters it is probed (`probe/features.ts`), and this is the guess for when it was not.
 *
 * @module
 */
import { ERA_NAMES, type EraName } from "./eras.ts";
import type { FullTest } from "./rules.ts";

/** One of the versions in which the rules changed. */
export type KernelEra = EraName;

/** The numbers at the front of a release; `"6.18.44-fc-v445"` gives `[6, 18, 44]`. Null if it has none. */
export function parseRelease(release: string): readonly [number, number, number] | null {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** The newest era that is not newer than this release; the oldest one for a kernel older than all. Null if unreadable. */
export function eraOf(release: string): KernelEra | null {
  const version = parseRelease(release);
  if (version === null) return null;
  return ERA_NAMES.findLast((era) => compare(parseRelease(era) ?? [0, 0, 0], version) <= 0) ?? ERA_NAMES[0];
}

/**
 * The first stable releases with commit 3479c7549fb1 "tcp/dccp: allow a connection when sk_max_ack_backlog is zero".
 * Read in the announcements of 5.4.290, 5.15.177 and 6.6.72; the others went out in the same round of reviews.
 *
 * Unverified: 5.10.234, 6.1.125 and 6.12.10 to the exact point release (6.1.192, 6.12.117 and 6.13.2 do have it).
 */
const FIRST_STABLE_WITH_GREATER: Readonly<Record<string, number>> = {
  "5.4": 290,
  "5.10": 234,
  "5.15": 177,
  "6.1": 125,
  "6.6": 72,
  "6.12": 10,
  "6.13": 2,
};

/**
 * The SYN queue test by version: null before 4.4, where the queue was a table of its own size, and where the release
 * cannot be read. A distribution may have taken the newer test into a kernel for which this says `>=`.
 *
 * @kernel include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full() v6.14
 */
export function synQueueTestOf(release: string): FullTest | null {
  const version = parseRelease(release);
  if (version === null || compare(version, [4, 4, 0]) < 0) return null;
  if (compare(version, [6, 14, 0]) >= 0) return ">";
  const first = FIRST_STABLE_WITH_GREATER[`${version[0]}.${version[1]}`];
  return first !== undefined && version[2] >= first ? ">" : ">=";
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
