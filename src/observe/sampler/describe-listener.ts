/**
 * From what is remembered of a listener to its sample. Pure.
 *
 * @module
 */
import type { Finding } from "../../findings/finding.ts";
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
  readonly release: string;
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
    group: around.isInGroup ? groupName(identity) : null,
    ...around.owner,
    acceptQueue: { length: state.length, limit: state.limit, capacity: state.capacity },
    synQueue: {
      length: state.synLength,
      ...synQueueBounds(state.limit, { release: around.release, ...around.sysctls }),
    },
    synQueueAgeMs: state.synAt === null ? null : at - state.synAt,
    watched: state.isWatched,
    peak: state.peak(at),
    intervalPeak: state.intervalPeak,
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

/** An overflow that fell between two looks is known all the same, by the drops that it left. */
function findingsOf(state: ListenerState): Finding[] {
  const { rise, identity } = state;
  if (rise === null || state.sawFull) return [];
  const mayBe = rise.cause === null ? rise.candidates : [rise.cause];
  if (!mayBe.includes("accept-queue-full")) return [];
  const where = formatEndpoint(identity.address, identity.port);
  const certainty = rise.cause === null ? "may have been" : "was";
  return [
    {
      code: "accept-queue-overflow",
      severity: "warning",
      title: `The accept queue of ${where} ${certainty} full between two looks.`,
      detail:
        "No look saw it at its capacity; the drop counter tells. A fill without drops would leave no trace.",
      evidence: {
        text: `drops rose by ${rise.raw}, ListenOverflows of the namespace rose in the same interval`,
        packets: [],
        samples: [],
        counters: { drops: rise.raw },
        filter: null,
      },
      remedy: [`listenq why ${identity.port}`],
      docs: "docs/findings/accept-queue-overflow.md",
    },
  ];
}
