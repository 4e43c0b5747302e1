/**
 * Who may be looked at many times a second.
 *
 * @module
 */
import type { OwnerSource } from "../../../core/listener/sample/owner-source.ts";
import type { WatchCandidate } from "../../../core/listener/sample/watch-list.ts";
import type { NamespaceLooker } from "./namespace-looker.ts";

/** The listeners of these namespaces. @param isOnlyOwn leaves out those of other processes */
export function watchCandidates(
  lookers: readonly NamespaceLooker[],
  owners: OwnerSource,
  isOnlyOwn: boolean,
): WatchCandidate[] {
  return lookers.flatMap(({ inode, state }): WatchCandidate[] =>
    [...state.listeners.values()].flatMap((one) => {
      const isOthers = isOnlyOwn && owners.of(one.identity.inode).process === null;
      return isOthers ? [] : [{ state: one, namespace: inode }];
    }),
  );
}
