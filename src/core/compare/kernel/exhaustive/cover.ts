/**
 * Ways through a small world that take each of its steps at least once.
 *
 * @module
 */
import type { Edge, StateGraph } from "./enumerate.ts";
import type { Step } from "./small-world.ts";

/** Steps from the first state on. */
export type Way = readonly Step[];

/** Few ways that take every edge: each goes to one that no other has taken, and on over as many of those as it meets. */
export function coverEdges({ edges, states }: Pick<StateGraph, "edges" | "states">): Way[] {
  const leaving: Edge[][] = Array.from({ length: states }, () => []);
  const first: (Edge | null)[] = Array.from({ length: states }, () => null);
  for (const edge of edges) {
    leaving[edge.from]?.push(edge);
    // Edges come in the order in which states are found: the first that arrives is on a shortest way.
    if (edge.to !== 0) first[edge.to] ??= edge;
  }
  const taken = new Set<Edge>();
  const fresh = (place: number) => leaving[place]?.find((edge) => !taken.has(edge));
  // The deepest first: the way to one of those takes many others.
  return [...edges].reverse().flatMap((edge) => {
    if (taken.has(edge)) return [];
    const way = [...wayTo(edge.from, first), edge];
    for (let next = fresh(edge.to); next !== undefined; next = fresh(next.to)) {
      taken.add(next);
      way.push(next);
    }
    for (const one of way) taken.add(one);
    return [way.map(({ step }) => step)];
  });
}

function wayTo(place: number, first: readonly (Edge | null)[]): Edge[] {
  const way: Edge[] = [];
  for (let edge = first[place]; edge != null; edge = first[edge.from]) way.unshift(edge);
  return way;
}
