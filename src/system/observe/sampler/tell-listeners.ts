/**
 * What a sample says of the listeners of one namespace.
 *
 * @module
 */
import { findUnseenOverflow } from "../../../core/findings/listeners/unseen-overflow.ts";
import type { EntryVerdict } from "../../../core/listener/entries/entry-balance.ts";
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
  /** What the queue entries of a namespace are worth; null where they are not heard. */
  readonly entryVerdict: (inode: number) => EntryVerdict | null;
  /** Of a single port only its listeners are told, and others whose drops rose meanwhile; null for all. */
  readonly port: number | null;
}

/** Their samples. Each of them begins a new interval. */
export function tellListeners(looker: NamespaceLooker, telling: Telling): ListenerSample[] {
  const { state, inode: namespace } = looker;
  const { at, intervalMs, version, owners, port } = telling;
  const entryVerdict = telling.entryVerdict(namespace);
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
      entryVerdict,
      findingsOf: findUnseenOverflow,
    });
    one.startInterval();
    return sample;
  });
}
