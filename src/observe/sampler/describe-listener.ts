/**
 * From what is remembered of a listener to its sample. Pure.
 *
 * @module
 */
import type { Finding } from "../../findings/finding.ts";
import type { SynQueue } from "../../findings/live/facts.ts";
import { makeFinding } from "../../findings/live/make-finding.ts";
import { formatEndpoint } from "../../wire/address.ts";
import type { QueueSysctls } from "../snapshot-document.ts";
import { synQueueBounds } from "../syn-queue-capacity.ts";
import { groupName } from "./listener-identity.ts";
import type { ListenerOwner } from "./listener-owners.ts";
import type { ListenerState } from "./listener-state.ts";
import type { ListenerSample } from "./sample.ts";

/** What surrounds a listener at the moment of a sample. */
export interface SampleSurroundings {
  readonly at: number;
  readonly intervalMs: number;
  readonly namespace: number;
  /** Of the kernel's source. */
  readonly version: string;
  readonly sysctls: QueueSysctls;
  readonly isInGroup: boolean;
  readonly owner: ListenerOwner;
}

/** One listener's sample. */
export function describeListener(state: ListenerState, around: SampleSurroundings): ListenerSample {
  const { identity, rise } = state;
  const { at, intervalMs } = around;
  const { protocol, family, v6only, address, port } = identity;
  return {
    cookie: identity.cookie.toString(16),
    namespace: around.namespace,
    protocol,
    family,
    v6only,
    address,
    port,
    path: identity.path,
    group: around.isInGroup && identity.protocol !== "unix" ? groupName(identity) : null,
    ...around.owner,
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
    dropsPerSecond: intervalMs > 0 ? ((rise?.raw ?? 0) * 1000) / intervalMs : 0,
    rise,
    refusedBy: { ...state.refusedBy },
    refusals: state.refusals,
    findings: findingsOf(state),
  };
}

function describeSynQueue(
  { identity, limit, synLength }: ListenerState,
  around: SampleSurroundings,
): SynQueue {
  if (identity.protocol === "unix") return { length: null, limit: null, capacity: null };
  return { length: synLength, ...synQueueBounds(limit, { version: around.version, ...around.sysctls }) };
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
