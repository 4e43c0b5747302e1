/**
 * From facts and problems to a claim's result: a claim holds when nothing speaks against it and its evidence is there.
 *
 * @module
 */
import type { QueueSample, TraceCall, TracePacket, TraceSocket } from "../trace/index.ts";
import type { CheckedClaim, Evidence } from "./experiment.ts";

/** What a claim gathered. */
export interface Gathered {
  /** What was seen, in words. */
  readonly facts: readonly string[];
  readonly packets?: readonly (TracePacket | null | undefined)[];
  readonly samples?: readonly (QueueSample | null | undefined)[];
  readonly calls?: readonly TraceCall[];
  readonly sockets?: readonly TraceSocket[];
  readonly counters?: Readonly<Record<string, number | null>>;
  readonly filter?: string | null;
  /** What speaks against the claim: each a condition and the words for its failing. */
  readonly checks: readonly (readonly [holds: boolean, otherwise: string])[];
}

/** The result of a claim. */
export function conclude(text: string, gathered: Gathered): CheckedClaim {
  const problems = gathered.checks.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
  const evidence: Evidence = {
    text: (problems.length > 0 ? problems : gathered.facts).join("; "),
    packets: present(gathered.packets).map((packet) => packet.number),
    samples: present(gathered.samples),
    calls: gathered.calls ?? [],
    sockets: gathered.sockets ?? [],
    counters: gathered.counters ?? {},
    filter: gathered.filter ?? null,
  };
  return { text, holds: problems.length === 0, evidence };
}

/** The result of a claim whose subject is not in the trace. */
export function notSeen(text: string, what: string): CheckedClaim {
  return conclude(text, { facts: [], checks: [[false, what]] });
}

/** A Wireshark display filter for one client's packets. */
export function filterFor(endpoint: string): string {
  return `tcp.port == ${endpoint.slice(endpoint.lastIndexOf(":") + 1)}`;
}

/** A time of the trace for people: `"1.348 s"`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

function present<T>(items: readonly (T | null | undefined)[] | undefined): T[] {
  return (items ?? []).filter((item): item is T => item !== null && item !== undefined);
}
