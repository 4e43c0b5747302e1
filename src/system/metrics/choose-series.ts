/**
 * Which listeners get a series of their own when there are more than the bound on label cardinality allows. Pure.
 *
 * @module
 */

/** Sockets with equal labels, as far as the choice is concerned. */
export interface Candidate {
  readonly key: string;
  /** True once one of them was seen with a connection waiting, or with drops. */
  readonly hasSigns: boolean;
  /** True while it has a series of its own. */
  readonly isChosen: boolean;
  /** Grows with every new candidate. */
  readonly order: number;
}

/**
 * The keys with a series of their own; everybody else is folded into one. Those with signs come first, then those that have
 * one already, then the older: a series that Prometheus knows goes on, except that an idle listener makes room for one
 * that fills.
 */
export function chooseSeries(candidates: readonly Candidate[], most: number): Set<string> {
  if (candidates.length <= most) return new Set(candidates.map(({ key }) => key));
  const best = [...candidates].sort(compareCandidates).slice(0, most);
  return new Set(best.map(({ key }) => key));
}

function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.hasSigns !== b.hasSigns) return a.hasSigns ? -1 : 1;
  if (a.isChosen !== b.isChosen) return a.isChosen ? -1 : 1;
  return a.order - b.order;
}
