/**
 * The members of a SO_REUSEPORT group as one line: the fullest stands for all, since a connection cannot go to another.
 *
 * @module
 */

interface GroupedListener {
  readonly namespace: number;
  readonly group: string | null;
  readonly acceptQueue: { readonly length: number; readonly capacity: number };
  readonly drops: number | null;
}

/** Listeners that are alone as they are; of each group the worst member, with the number of members. */
export function worstOfGroups<T extends GroupedListener>(
  listeners: readonly T[],
): (T & { readonly members?: number })[] {
  const groups = new Map<string | number, T[]>();
  for (const [index, listener] of listeners.entries()) {
    const key = listener.group === null ? index : `${listener.namespace} ${listener.group}`;
    groups.set(key, [...(groups.get(key) ?? []), listener]);
  }
  return [...groups.values()].flatMap((members): (T & { readonly members?: number })[] => {
    const [worst, ...others] = [...members].sort(isWorse);
    if (worst === undefined) return [];
    return [others.length === 0 ? worst : { ...worst, members: members.length }];
  });
}

function isWorse(a: GroupedListener, b: GroupedListener): number {
  const share = (listener: GroupedListener) => listener.acceptQueue.length / listener.acceptQueue.capacity;
  return share(b) - share(a) || (b.drops ?? 0) - (a.drops ?? 0);
}
