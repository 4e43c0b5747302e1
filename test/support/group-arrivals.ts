/**
 * What the queues of a SO_REUSEPORT group did with each packet, where the trace does not say which member a client met: a SYN
 * without an answer was refused while a member was full, and so was a final packet that made no child. The kernel's counter has to agree.
 *
 * @module
 */

import type { ListenerPlan } from "../../src/core/scenario/index.ts";
import type { Arrival, ArrivalOutcome, Trace, TracePacket } from "../../src/core/trace/index.ts";

/** A listener answers at once. */
const AT_ONCE_MS = 5;

/** Every packet of a client that decided something, for a group whose members listen at one endpoint. */
export function groupArrivals(trace: Trace, endpoint: string, members: readonly ListenerPlan[]): Arrival[] {
  const [first] = members;
  const limit = Math.min(...members.map(({ backlog }) => backlog));
  const clients = new Set(trace.packets.filter(({ to }) => to === endpoint).map(({ from }) => from));
  const arrivals = [...clients].flatMap((client) => arrivalsOfClient(trace, client, endpoint));
  return arrivals.map(([packet, outcome]) => ({
    packet,
    outcome,
    listener: first?.name ?? "",
    acceptQueue: 0,
    limit,
    synQueue: 0,
  }));
}

function arrivalsOfClient(trace: Trace, client: string, endpoint: string): [TracePacket, ArrivalOutcome][] {
  const own = trace.packets.filter(
    ({ from, to, arrivedAt }) => from === client && to === endpoint && arrivedAt !== null,
  );
  const answers = trace.packets.filter(({ from, to }) => from === endpoint && to === client);
  const childAt = childMadeAt(own, answers);
  return own
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .flatMap((packet): [TracePacket, ArrivalOutcome][] => {
      if (packet.flags === "S")
        return [[packet, isAnswered(packet, answers) ? "syn-answered" : "syn-refused-accept-queue-full"]];
      if (packet.flags.includes("R") || timeOf(packet) > childAt || !isAfterAnswer(packet, answers))
        return [];
      return [[packet, timeOf(packet) === childAt ? "completed" : "final-refused"]];
    });
}

/** When the packet arrived that made a child: the first one after the last sign that there was none. Infinity where there never was one. */
function childMadeAt(own: readonly TracePacket[], answers: readonly TracePacket[]): number {
  const noChildAt = answers
    .filter(({ flags }) => flags === "S." || flags === "R")
    .reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const proofAt =
    answers.find(({ flags, at }) => !/[SR]/.test(flags) && at > noChildAt)?.at ?? Number.POSITIVE_INFINITY;
  const finals = own.filter(({ flags }) => !/[SR]/.test(flags));
  const candidates = finals.filter((packet) => timeOf(packet) >= noChildAt && timeOf(packet) <= proofAt);
  const asking = candidates.filter(({ length, flags }) => length > 0 || flags.includes("F"));
  // Bytes that came again without an answer had been refused, and with them what came before.
  const made = asking.length < 2 ? candidates[0] : Number.isFinite(proofAt) ? asking.at(-1) : undefined;
  return made === undefined ? Number.POSITIVE_INFINITY : timeOf(made);
}

function isAnswered(packet: TracePacket, answers: readonly TracePacket[]): boolean {
  const at = timeOf(packet);
  return answers.some((one) => one.flags === "S." && one.at >= at && one.at < at + AT_ONCE_MS);
}

function isAfterAnswer(packet: TracePacket, answers: readonly TracePacket[]): boolean {
  return answers.some(({ flags, at }) => flags === "S." && at < timeOf(packet));
}

function timeOf({ at, arrivedAt }: TracePacket): number {
  return arrivedAt ?? at;
}
