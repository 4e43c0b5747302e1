/**
 * The SYN queue under a demand: how many handshakes are on their way at once, how many the listener keeps by each value of
 * net.ipv4.tcp_syncookies, and which share of the SYNs is refused or answered by a cookie in the model of the kernel.
 *
 * @module
 */
import type { KernelRules, StormResult } from "../model/index.ts";
import { synTableSize } from "../model/index.ts";
import { admittedByLastQuarter, capacityOf } from "../model/rules/queue-capacity.ts";
import type { Demand } from "./demand.ts";
import { poissonQuantile } from "./poisson.ts";
import { stormOf } from "./predict.ts";
import { type PredictedShare, shareOver } from "./predicted-share.ts";
import { echoWindow, type Timetable, timetableOf } from "./timetable.ts";

/** The values of net.ipv4.tcp_syncookies: never, where the queue is full, always. */
export type Syncookies = 0 | 1 | 2;
const SYNCOOKIES: readonly Syncookies[] = [0, 1, 2];

/** What becomes of SYNs at one backlog and one value of net.ipv4.tcp_syncookies. */
export interface SynQueueFate {
  readonly backlog: number;
  readonly syncookies: Syncookies;
  /** How many requests are kept at the most. */
  readonly capacity: number;
  /** The longest that the queue was in the runs. */
  readonly longest: number;
  /** Of the SYNs that arrive, again sent ones included: dropped because the SYN queue is full. */
  readonly refused: PredictedShare;
  /** Of the same: answered by a cookie. */
  readonly cookies: PredictedShare;
}

/** The SYN queue's part of a plan. */
export interface SynQueuePlan {
  /** How long a request stands in the mean: a round trip, and with loss the timer of the SYN+ACK. */
  readonly standsMs: number;
  /** Share of packets that are lost, each way. */
  readonly loss: number;
  readonly maxSynBacklog: number;
  /** Handshakes on their way at once: rate x `standsMs`. */
  readonly mean: number;
  /** The same in all but one moment of a thousand. */
  readonly quantile: number;
  /** The backlog from which on the queue keeps as many as `quantile`, unless net.ipv4.tcp_syncookies 0 keeps fewer. */
  readonly enoughBacklog: number;
  readonly runs: number;
  /** For each backlog the three values of net.ipv4.tcp_syncookies. */
  readonly fates: readonly SynQueueFate[];
}

/** What the SYN queue depends on besides the demand. */
export interface SynQueueOptions {
  readonly rules: KernelRules;
  readonly seed: number;
  readonly backlogs: readonly number[];
  readonly loss: number;
  readonly maxSynBacklog: number;
}

const QUANTILE = 0.999;
const RUNS = 5;

/** Works it out; the same options give the same answer. */
export function planSynQueue(demand: Demand, options: SynQueueOptions): SynQueuePlan {
  const { seed, loss, maxSynBacklog } = options;
  const standsMs = standsFor(demand.roundTripMs, loss, options.rules);
  const mean = (demand.ratePerSecond * standsMs) / 1000;
  const quantile = poissonQuantile(mean, QUANTILE);
  // The model's wire loses nothing: its requests all stand for the mean time, which is what decides how many meet a full queue.
  const standing = { ...demand, roundTripMs: standsMs };
  const timetables = Array.from({ length: RUNS }, (_, run) =>
    echoWindow(timetableOf(standing, seed + run, true), standsMs),
  );
  return {
    standsMs,
    loss,
    maxSynBacklog,
    mean,
    quantile,
    enoughBacklog: Math.max(0, quantile - (capacityOf(options.rules.synQueueTest, quantile) - quantile)),
    runs: RUNS,
    fates: options.backlogs.flatMap((backlog) =>
      SYNCOOKIES.map((syncookies) => fateOf(standing, { ...options, backlog, syncookies, timetables })),
    ),
  };
}

const RESENDS = 5;

/**
 * A round trip if nothing is lost. Where the SYN+ACK or the final ACK is, the request stands until the SYN+ACK is sent again.
 *
 * @kernel net/ipv4/inet_connection_sock.c reqsk_timer_handler() v6.18
 */
function standsFor(roundTripMs: number, loss: number, { firstTimeoutMs }: KernelRules): number {
  const fails = 1 - (1 - loss) ** 2;
  return Array.from(
    { length: RESENDS },
    (_, place) => fails ** (place + 1) * firstTimeoutMs * 2 ** place,
  ).reduce((sum, ms) => sum + ms, roundTripMs);
}

interface Case extends SynQueueOptions {
  readonly backlog: number;
  readonly syncookies: Syncookies;
  readonly timetables: readonly Timetable[];
}

function fateOf(demand: Demand, one: Case): SynQueueFate {
  const { rules, backlog, syncookies, maxSynBacklog } = one;
  const sysctls = {
    "net.ipv4.tcp_syncookies": syncookies,
    "net.ipv4.tcp_max_syn_backlog": maxSynBacklog,
  };
  const results = one.timetables.map((timetable) =>
    stormOf(demand, backlog, { rules, sysctls, toTheEnd: true }, timetable),
  );
  return {
    backlog,
    syncookies,
    capacity: synQueueCapacity(one),
    longest: results.reduce((most, { longest }) => Math.max(most, longest.synQueue), 0),
    refused: shareOver(results.map(({ syns }) => shareOfSyns(syns, syns.refusedBySynQueue))),
    cookies: shareOver(results.map(({ syns }) => shareOfSyns(syns, syns.cookies))),
  };
}

function shareOfSyns({ arrived }: StormResult["syns"], count: number): number {
  return arrived === 0 ? 0 : count / arrived;
}

/** How many requests of new peers a listener keeps. */
function synQueueCapacity({
  rules,
  backlog,
  syncookies,
  maxSynBacklog,
}: Pick<Case, "rules" | "backlog" | "syncookies" | "maxSynBacklog">): number {
  if (syncookies === 2 && rules.hasUnconditionalCookies) return 0;
  const bound =
    rules.synQueueBound === "table"
      ? synTableSize(backlog, backlog, maxSynBacklog)
      : capacityOf(rules.synQueueTest, backlog);
  return syncookies === 0 ? Math.min(bound, admittedByLastQuarter(maxSynBacklog, rules.lastShare)) : bound;
}
