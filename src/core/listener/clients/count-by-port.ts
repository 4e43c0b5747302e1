/**
 * Stuck connections counted by where they lead to, with a bound on how many ports are told apart. Pure.
 *
 * @module
 */
import { parseEndpoint } from "../../wire/address.ts";
import type { StuckDestination } from "./clients-document.ts";

/** Those to one port, of one namespace. */
export interface PortCounts {
  /** Null for those beyond the bound, together. */
  readonly place: { readonly namespace: number; readonly port: number } | null;
  readonly connecting: number;
  readonly silent: number;
  readonly late: number;
}

type Counted = Pick<StuckDestination, "namespace" | "remote" | "connecting" | "silent" | "late">;

/** The ports to which most are stuck, `most` of them at most, and the rest as one. */
export function countByPort(destinations: readonly Counted[], most: number): PortCounts[] {
  const byPort = new Map<string, PortCounts>();
  for (const one of destinations) {
    const { port } = parseEndpoint(one.remote);
    const key = `${one.namespace} ${port}`;
    const place = { namespace: one.namespace, port };
    byPort.set(key, { ...sum(byPort.get(key), one), place });
  }
  const sorted = [...byPort.values()].sort((a, b) => total(b) - total(a));
  const folded = sorted.slice(most);
  const [first, ...others] = folded;
  if (first === undefined) return sorted;
  const rest = others.reduce<Omit<PortCounts, "place">>((all, one) => sum(all, one), first);
  return [...sorted.slice(0, most), { ...rest, place: null }];
}

type Counts = Omit<PortCounts, "place">;

function sum(before: Counts | undefined, { connecting, silent, late }: Counts): Counts {
  return {
    connecting: (before?.connecting ?? 0) + connecting,
    silent: (before?.silent ?? 0) + silent,
    late: (before?.late ?? 0) + late,
  };
}

function total({ connecting, silent, late }: Counts): number {
  return connecting + silent + late;
}
