/**
 * From what is remembered of a listener to its sample. Pure.
 *
 * @module
 */
import type { Finding } from "../../finding.ts";
import type { EntryVerdict } from "../entries/entry-balance.ts";
import type { SynQueue } from "../facts.ts";
import type { SynQueueBounds } from "../syn-queue-capacity.ts";
import { groupName } from "./listener-identity.ts";
import type { ListenerState } from "./listener-state.ts";
import type { ListenerOwner } from "./owner-source.ts";
import type { ListenerSample, QueueEntries } from "./sample.ts";

/** What surrounds a listener at the moment of a sample. */
export interface SampleContext {
  readonly at: number;
  readonly intervalMs: number;
  readonly namespace: number;
  /** The bounds of the SYN queue that goes with a limit. */
  boundsOf(limit: number): SynQueueBounds;
  readonly isInGroup: boolean;
  readonly owner: ListenerOwner;
  /** What the namespace's queue entries are worth; null where they are not heard. */
  readonly entryVerdict: EntryVerdict | null;
  /** What is wrong with it that only the sampler can know. */
  findingsOf(state: ListenerState): readonly Finding[];
}

/** One listener's sample. */
export function describeListener(state: ListenerState, around: SampleContext): ListenerSample {
  const { identity, rise } = state;
  const { at, intervalMs } = around;
  const { protocol, family, v6only, address, port } = identity;
  return {
    cookie: state.cookieText,
    namespace: around.namespace,
    protocol,
    family,
    v6only,
    address,
    port,
    path: identity.path,
    group: around.isInGroup && identity.protocol !== "unix" ? groupName(identity) : null,
    process: around.owner.process,
    container: around.owner.container,
    acceptQueue: state.acceptQueue,
    synQueue: describeSynQueue(state, around),
    synQueueAgeMs: state.synAt === null ? null : at - state.synAt,
    watched: state.isWatched,
    peak: state.peak(at),
    intervalPeak: state.intervalPeak,
    intervalLeast: Math.min(state.intervalLeast, state.length),
    synPeak: state.synPeak(at),
    fullMs: state.fullMs,
    takenSeen: state.takenSeen,
    entries: describeEntries(state, around.entryVerdict),
    drops: state.drops,
    dropsSinceStart: state.dropsSinceStart,
    dropsBy: state.dropsBy,
    dropsPerSecond: intervalMs > 0 ? ((rise?.raw ?? 0) * 1000) / intervalMs : 0,
    rise,
    refusedBy: state.refusedBy,
    refusals: state.refusals,
    findings: around.findingsOf(state),
  };
}

function describeSynQueue(state: ListenerState, around: SampleContext): SynQueue {
  if (state.identity.protocol === "unix") return { length: null, limit: null, capacity: null };
  const { limit, capacity } = around.boundsOf(state.limit);
  return { length: state.synLength, limit, capacity };
}

/** No more fit than its capacity, or than a look has seen. */
function describeEntries(state: ListenerState, verdict: EntryVerdict | null): QueueEntries | null {
  if (verdict === null || state.identity.protocol === "unix") return null;
  return state.entries.tell(verdict, Math.max(state.capacity, state.intervalPeak));
}
