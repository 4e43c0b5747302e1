/**
 * A scenario that is as late as a recording of it was: each call when it was made, each packet as long under way.
 *
 * @module
 */
import type { ListenerPlan, Scenario } from "../../../scenario/index.ts";
import type { Trace } from "../../../trace/index.ts";
import type { Nudge } from "./nudge.ts";
import { connectedAt, latenessOnWire, plannedCallsMade } from "./recording-lateness.ts";

/** A packet of the simulation is as late as the recording's nearest one, if there is one as near as this. */
const NEAR_MS = 20;

/** The lateness of a recording, with the scenario begun so much later in the steps of the kernel's timers. */
export function nudgedAsRecorded(scenario: Scenario, trace: Trace, phaseMs: number): Nudge {
  const later = <T extends { readonly atMs: number }>(one: T): T => ({ ...one, atMs: one.atMs + phaseMs });
  const clients = scenario.clients.map((client) => {
    return later({ ...client, atMs: Math.max(client.atMs, connectedAt(trace, client.name) ?? 0) });
  });
  const listeners = scenario.listeners.map((plan) => {
    return { ...plan, calls: callsAsMade(plan, trace).map(later) };
  });
  const durationMs = Math.max(scenario.durationMs, trace.samples.at(-1)?.at ?? 0) + phaseMs;
  const planned = { ...scenario, clients, listeners, changes: scenario.changes.map(later), durationMs };
  const lateness = latenessByTime(scenario, trace);
  return { scenario: planned, lagMs: (atMs) => lateness(atMs - phaseMs) };
}

function callsAsMade(plan: ListenerPlan, trace: Trace): ListenerPlan["calls"] {
  const made = plannedCallsMade(plan, trace);
  let before = 0;
  return plan.calls.map((planned) => {
    const atMs = Math.max(planned.atMs, made[before]?.at ?? 0);
    before += planned.call === "accept" ? planned.argument : 1;
    return { ...planned, atMs };
  });
}

function latenessByTime(scenario: Scenario, { packets }: Trace): (atMs: number) => number {
  const known = packets
    .map((packet) => ({ at: packet.at, lateMs: Math.max(0, latenessOnWire(scenario, packet)) }))
    .sort((one, other) => one.at - other.at);
  return (atMs) => {
    const distances = known.map(({ at, lateMs }) => ({ lateMs, distanceMs: Math.abs(at - atMs) }));
    const near = distances.filter(({ distanceMs }) => distanceMs < NEAR_MS);
    return near.reduce((a, b) => (b.distanceMs < a.distanceMs ? b : a), { lateMs: 0, distanceMs: NEAR_MS })
      .lateMs;
  };
}
