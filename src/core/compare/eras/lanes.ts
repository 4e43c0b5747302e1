/**
 * A trace taken apart into lanes: one for each client (its packets and calls) and one for each listener (its calls). Two
 * runs are compared lane by lane, so that what two clients do at about the same time may come in either order.
 *
 * @module
 */
import { clientNameOf, type Scenario } from "../../scenario/index.ts";
import type { Trace, TraceCall, TracePacket } from "../../trace/index.ts";

/** One thing that happened in a lane. */
export interface LaneEvent {
  readonly at: number;
  /** What it was, without times and numbers that chance decides. */
  readonly text: string;
}

/** Who, and what happened to it, in order of time. */
export interface Lane {
  readonly name: string;
  readonly events: readonly LaneEvent[];
}

/** The lanes of a trace: the clients in the order of the scenario, then the listeners. */
export function lanesOf(scenario: Scenario, trace: Trace): Lane[] {
  const lanes = new Map<string, LaneEvent[]>();
  for (const { name } of [...scenario.clients, ...scenario.listeners]) lanes.set(name, []);
  for (const packet of trace.packets) {
    const sender = clientNameOf(scenario, packet.from);
    const client = sender ?? clientNameOf(scenario, packet.to);
    if (client !== null) lanes.get(client)?.push(packetEvent(packet, sender === null));
  }
  for (const call of trace.calls)
    if (!isTooEarly(call)) lanes.get(call.actor)?.push(callEvent(scenario, call));
  return [...lanes].map(([name, events]) => ({ name, events: events.sort((a, b) => a.at - b.at) }));
}

/** A program that asks before there is something: how often it does is a matter of its loop, not of the queues. */
function isTooEarly({ call, result }: TraceCall): boolean {
  return (call === "recv" || call === "accept4") && result === "EAGAIN";
}

function packetEvent({ at, arrivedAt, flags, length }: TracePacket, isFromServer: boolean): LaneEvent {
  const what = `${flags}${length > 0 ? ` ${length} bytes` : ""}${arrivedAt === null ? ", lost" : ""}`;
  return { at, text: `${isFromServer ? "<-" : "->"} ${what}` };
}

function callEvent(scenario: Scenario, { at, call, argument, result, remote }: TraceCall): LaneEvent {
  const about = argument === null ? "" : String(argument);
  // Descriptors count up in the order of accept(), which is a matter of other lanes.
  const returned = call === "accept4" && typeof result === "number" ? "a descriptor" : String(result);
  const whom = remote === null ? null : clientNameOf(scenario, remote);
  return { at, text: `${call}(${about}) = ${returned}${whom === null ? "" : `, ${whom}`}` };
}
