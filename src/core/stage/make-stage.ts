/**
 * From a scenario and its trace to a stage.
 *
 * @module
 */
import type { Scenario } from "../scenario/index.ts";
import type { Trace } from "../trace/index.ts";
import type { Stage } from "./stage.ts";
import { longestFlight, packetsOf } from "./stage-packets.ts";
import { walkTrace } from "./stage-walk.ts";

/** The stage of a run. */
export function stageOf(scenario: Scenario, trace: Trace): Stage {
  const { moments, story } = walkTrace(scenario, trace);
  const packets = packetsOf(scenario, trace);
  const ends = [
    ...packets.slice(-1).map(({ arrivedAt, at }) => arrivedAt ?? at),
    ...trace.packets.map(({ arrivedAt, at }) => arrivedAt ?? at).slice(-1),
    moments.at(-1)?.at ?? 0,
  ];
  const longestFlightMs = longestFlight(packets);
  return { title: scenario.title, endMs: Math.max(...ends), moments, packets, longestFlightMs, story };
}
