/**
 * What a listener did with the packets that decided something, counted: so many answered, so many refused.
 *
 * @module
 */
import { type Arrival, type ArrivalOutcome, counterRise, type TracePacket } from "../../trace/index.ts";
import { conclude, notSeen } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

/** How often each outcome is expected; one that is left out must not occur, and `"some"` is not cited. */
export type ExpectedOutcomes = Readonly<Partial<Record<ArrivalOutcome, number | "some">>>;

/** The outcomes at one listener are exactly these. */
export function handled(id: string, text: string, listener: string, expected: ExpectedOutcomes): Claim {
  return { id, check: (view) => checkHandled(view, text, listener, expected) };
}

function checkHandled(view: TraceView, text: string, listener: string, expected: ExpectedOutcomes) {
  const arrivals = view.arrivals.filter((arrival) => arrival.listener === listener);
  if (arrivals.length === 0) return notSeen(text, `nothing arrived at ${listener}`);
  const counts = countOutcomes(arrivals);
  const names = [...new Set([...Object.keys(expected), ...counts.keys()])] as ArrivalOutcome[];
  return conclude(text, {
    facts: [[...counts].map(([outcome, count]) => `${count} x ${outcome.replaceAll("-", " ")}`).join(", ")],
    packets: arrivals
      .filter((arrival) => expected[arrival.outcome] !== "some")
      .map((arrival) => arrival.packet),
    checks: names.map((name) => {
      const [count, wanted] = [counts.get(name) ?? 0, expected[name] ?? 0];
      const fits = wanted === "some" ? count > 0 : count === wanted;
      return [fits, `${name.replaceAll("-", " ")}: ${count}, not ${wanted}`] as const;
    }),
  });
}

function countOutcomes(arrivals: readonly Arrival[]): Map<ArrivalOutcome, number> {
  const counts = new Map<ArrivalOutcome, number>();
  for (const { outcome } of arrivals) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

/** A counter rose once for each of the packets that `which` picks, and for nothing else. */
export function counted(
  id: string,
  text: string,
  name: string,
  which: (view: TraceView) => readonly TracePacket[],
): Claim {
  return { id, check: (view) => checkCounted(view, text, name, which(view)) };
}

function checkCounted(view: TraceView, text: string, name: string, packets: readonly TracePacket[]) {
  const rise = counterRise(view.trace, name);
  return conclude(text, {
    facts: [`${packets.length} such packets, ${name} rose by ${rise}`],
    packets,
    counters: { [name]: rise },
    checks: [
      [packets.length > 0, "there is no such packet in the trace"],
      [
        rise === packets.length,
        `${packets.length} such packets, but ${name} rose by ${rise ?? "an unknown number"}`,
      ],
      [view.trace.recording.framesLost === 0, "the recorder lost frames, so the count is not whole"],
    ],
  });
}

/** The packets of one outcome, at one listener or at all. */
export function packetsThatWere(outcomes: readonly ArrivalOutcome[], listener?: string) {
  return (view: TraceView): TracePacket[] =>
    view.arrivals
      .filter((arrival) => outcomes.includes(arrival.outcome))
      .filter((arrival) => listener === undefined || arrival.listener === listener)
      .map((arrival) => arrival.packet);
}
