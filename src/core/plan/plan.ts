/**
 * How large a backlog must be: the arithmetic, what the model adds to it, and where a longer queue stops helping.
 *
 * @module
 */
import type { KernelRules } from "../model/index.ts";
import { type Arithmetic, arithmeticOf } from "./arithmetic.ts";
import { acceptsPerSecond, checkDemand, type Demand, isOverloaded } from "./demand.ts";
import { type Prediction, predict } from "./predict.ts";
import { smallestBacklog } from "./smallest-backlog.ts";
import { planSynQueue, type SynQueuePlan } from "./syn-queue-plan.ts";
import { timetableOf } from "./timetable.ts";

/** How the model is asked. */
export interface PlanOptions {
  readonly rules: KernelRules;
  readonly seed: number;
  /** Backlogs to predict besides the answer. */
  readonly whatIf: readonly number[];
  /** Share of packets that are lost each way, for the SYN queue alone; 0 without it. */
  readonly loss?: number;
  /** net.ipv4.tcp_max_syn_backlog of the server's namespace; 1024 without it. */
  readonly maxSynBacklog?: number;
}

/** The answer. */
export interface Plan {
  readonly arithmetic: Arithmetic;
  /** The smallest backlog on the model; null where none suffices. */
  readonly simulated: number | null;
  /** The larger of the two; null where the server is overloaded in the mean. */
  readonly backlog: number | null;
  /** At the answer, then at the backlogs that were asked for. */
  readonly predictions: readonly Prediction[];
  /** At the same backlogs. */
  readonly synQueue: SynQueuePlan;
  /** A longer queue than this is served after its clients have given up; null without patience. */
  readonly longestUseful: number | null;
  /** What a full queue costs in the kernel's memory, without the data that waits in it. */
  readonly memoryBytes: number | null;
}

/** One connection of the kernel's slab `TCPv6`, which is the larger one, as /proc/slabinfo of Linux 6.18 shows it. */
const BYTES_PER_CONNECTION = 2496;
/** As in the lab; a machine has its own by its memory. */
const MAX_SYN_BACKLOG = 1024;

/** Works the answer out. @throws {UsageError} for a demand that cannot be */
export function planBacklog(demand: Demand, options: PlanOptions): Plan {
  const { rules, seed, whatIf, loss = 0, maxSynBacklog = MAX_SYN_BACKLOG } = options;
  checkDemand(demand);
  const runs = runsFor(demand, seed);
  const arithmetic = arithmeticOf(demand);
  const simulated = smallestBacklog(demand, { rules, seed, runs });
  const backlog = simulated === null ? null : Math.max(arithmetic.backlog, simulated);
  const wanted = [...new Set([...(backlog === null ? [] : [backlog]), ...whatIf])];
  return {
    arithmetic,
    simulated,
    backlog,
    predictions: wanted.map((one) => predict(demand, one, { rules, seed, runs, withEcho: true })),
    synQueue: planSynQueue(demand, { rules, seed, backlogs: wanted, loss, maxSynBacklog }),
    longestUseful: longestUseful(demand),
    memoryBytes: backlog === null ? null : (backlog + 1) * BYTES_PER_CONNECTION,
  };
}

/** Who comes to a queue of that length waits as long as clients do. */
function longestUseful(demand: Demand): number | null {
  const { patienceMs, pauseMs } = demand;
  const perSecond = acceptsPerSecond(demand);
  if (patienceMs === null || !Number.isFinite(perSecond)) return null;
  const runningMs = isOverloaded(demand) ? patienceMs : Math.max(0, patienceMs - pauseMs);
  return Math.floor((perSecond * runningMs) / 1000);
}

const MOST_CONNECTIONS = 150_000;
const [LEAST_RUNS, MOST_RUNS] = [5, 40] as const;

/** As many as fit into a second or so. */
function runsFor(demand: Demand, seed: number): number {
  const connections = timetableOf(demand, seed, false).arrivalsMs.length;
  return Math.min(MOST_RUNS, Math.max(LEAST_RUNS, Math.floor(MOST_CONNECTIONS / (connections + 1))));
}
