/**
 * From what is remembered of a listener to its sample. Pure.
 *
 * @module
 */
import type { Finding } from "../../findings/finding.ts";
import type { SynQueue } from "../../findings/live/facts.ts";
import { makeFinding } from "../../findings/live/make-finding.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { SynQueueBounds } from "../syn-queue-capacity.ts";
import { groupName } from "./listener-identity.ts";
import type { ListenerState } from "./listener-state.ts";
import type { ListenerOwner } from "./owner-source.ts";
import type { ListenerSample } from "./sample.ts";

/** What surrounds a listener at the moment of a sample. */
export interface SampleSurroundings {
  readonly at: number;
  readonly intervalMs: number;
  readonly namespace: number;
  /** The bounds of the SYN queue that goes with a limit. */
  boundsOf(limit: number): SynQueueBounds;
  readonly isInGroup: boolean;
  readonly owner: ListenerOwner;
}

/** One listener's sample. */
export function describeListener(state: ListenerState, around: SampleSurroundings): ListenerSample {
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
    acceptQueue: { length: state.length, limit: state.limit, capacity: state.capacity },
    synQueue: describeSynQueue(state, around),
    synQueueAgeMs: state.synAt === null ? null : at - state.synAt,
    watched: state.isWatched,
    peak: state.peak(at),
    intervalPeak: state.intervalPeak,
    intervalLeast: Math.min(state.intervalLeast, state.length),
    synPeak: state.synPeak(at),
    fullMs: state.fullMs,
    drops: state.drops,
    dropsSinceStart: state.dropsSinceStart,
    dropsBy: { ...state.dropsBy },
    dropsPerSecond: intervalMs > 0 ? ((rise?.raw ?? 0) * 1000) / intervalMs : 0,
    rise,
    refusedBy: { ...state.refusedBy },
    refusals: state.refusals,
    findings: findingsOf(state),
  };
}

function describeSynQueue(state: ListenerState, around: SampleSurroundings): SynQueue {
  if (state.identity.protocol === "unix") return { length: null, limit: null, capacity: null };
  const { limit, capacity } = around.boundsOf(state.limit);
  return { length: state.synLength, limit, capacity };
}

/** An overflow that fell between two looks is known all the same, by the drops that it left. */
function findingsOf(state: ListenerState): Finding[] {
  const { rise, identity } = state;
  if (rise === null || state.sawFull || identity.protocol === "unix") return [];
  const mayBe = rise.cause === null ? rise.candidates : [rise.cause];
  if (!mayBe.includes("accept-queue-full")) return [];
  const where = formatEndpoint(identity.address, identity.port);
  const certainty = rise.cause === null ? "may have been" : "was";
  return [
    makeFinding("accept-queue-overflow", {
      severity: "warning",
      title: `The accept queue of ${where} ${certainty} full between two looks.`,
      evidence: `no look saw it at its capacity; drops rose by ${rise.raw}, ListenOverflows of the namespace rose in the same interval`,
      counters: { drops: rise.raw },
      remedy: [`listenq why ${identity.port}`],
    }),
  ];
}
