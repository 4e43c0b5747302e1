/**
 * What a sample says of the listeners of one namespace.
 *
 * @module
 */
import { findUnseenOverflow } from "../../../core/findings/listeners/unseen-overflow.ts";
import { describeListener } from "../../../core/listener/sample/describe-listener.ts";
import type { ListenerState } from "../../../core/listener/sample/listener-state.ts";
import type { OwnerSource } from "../../../core/listener/sample/owner-source.ts";
import type { ListenerSample } from "../../../core/listener/sample/sample.ts";
import type { SynQueueBounds } from "../../../core/listener/syn-queue-capacity.ts";
import type { NamespaceLooker } from "./namespace-looker.ts";

/** What is known besides. */
export interface Telling {
  readonly at: number;
  readonly intervalMs: number;
  /** The kernel's. */
  readonly version: string;
  readonly owners: OwnerSource;
  /** Of a single port only its listeners are told, and others whose drops rose meanwhile; null for all. */
  readonly port: number | null;
}

/** Their samples. Each of them begins a new interval. */
export function tellListeners(looker: NamespaceLooker, telling: Telling): ListenerSample[] {
  const { state, inode: namespace } = looker;
  const { at, intervalMs, version, owners, port } = telling;
  const isTold = ({ identity, rise }: ListenerState) =>
    port === null || identity.port === port || rise !== null;
  const boundsOf = (limit: number): SynQueueBounds => looker.boundsOf(limit, version);
  return [...state.listeners.values()].filter(isTold).map((one) => {
    const sample = describeListener(one, {
      at,
      intervalMs,
      namespace,
      boundsOf,
      isInGroup: state.groupSize(one) > 1,
      owner: owners.of(one.identity.inode),
      findingsOf: findUnseenOverflow,
    });
    one.startInterval();
    return sample;
  });
}
