/**
 * The packets of a run on their way, and at which queue they ended.
 *
 * @module
 */
import { listenerNameAt, type Scenario } from "../scenario/index.ts";
import { arrivalsOf, type Trace } from "../trace/index.ts";
import { clientOfPacket, type RefusedBy, type Stage, type StagePacket } from "./stage.ts";

/** Every packet of a client, in the order in which they left. */
export function packetsOf(scenario: Scenario, trace: Trace): StagePacket[] {
  const refused = refusalsOf(scenario, trace);
  const packets = trace.packets.flatMap((packet): StagePacket[] => {
    const whose = clientOfPacket(scenario, packet);
    if (whose === null) return [];
    const { number, at, arrivedAt, flags, length, note } = packet;
    return [{ number, at, arrivedAt, ...whose, flags, length, refusedBy: refused.get(number) ?? null, note }];
  });
  return packets.sort((one, other) => one.at - other.at);
}

/** More than this passes for a lost packet before it is gone. */
const LOST_MS = 50;

/** The packets that are on their way at a time. A lost one is gone half way. */
export function inFlight({ packets, longestFlightMs }: PacketsOnStage, at: number): StagePacket[] {
  const longestMs = Math.max(longestFlightMs, LOST_MS);
  return packetsSince(packets, at - longestMs, at).filter(
    ({ at: leftAt, arrivedAt }) => at < (arrivedAt ?? leftAt + LOST_MS / 2),
  );
}

/** The refused packets that arrived after a time and not after another. */
export function refusedBetween(
  { packets, longestFlightMs }: PacketsOnStage,
  from: number,
  to: number,
): StagePacket[] {
  return packetsSince(packets, from - longestFlightMs, to).filter(
    ({ refusedBy, arrivedAt }) =>
      refusedBy !== null && arrivedAt !== null && arrivedAt > from && arrivedAt <= to,
  );
}

/** When a lost packet is taken off the stage. */
export function lostAt({ at }: StagePacket): number {
  return at + LOST_MS / 2;
}

type PacketsOnStage = Pick<Stage, "packets" | "longestFlightMs">;

/** Those that left from one time on until another. */
function packetsSince(packets: readonly StagePacket[], from: number, to: number): StagePacket[] {
  const found: StagePacket[] = [];
  for (let place = firstAfter(packets, to) - 1; place >= 0; place -= 1) {
    const packet = packets[place];
    if (packet === undefined || packet.at < from) break;
    found.push(packet);
  }
  return found.reverse();
}

/** The longest that a packet was on its way. */
export function longestFlight(packets: readonly StagePacket[]): number {
  return packets.reduce((most, { at, arrivedAt }) => Math.max(most, (arrivedAt ?? at) - at), 0);
}

function refusalsOf(scenario: Scenario, trace: Trace): ReadonlyMap<number, RefusedBy> {
  const refused = new Map<number, RefusedBy>();
  for (const { outcome, packet, synQueue, limit } of arrivalsOf(trace, (one) =>
    listenerNameAt(scenario, one),
  )) {
    if (outcome === "final-refused" || outcome === "syn-refused-accept-queue-full")
      refused.set(packet.number, "accept queue");
    else if (outcome === "syn-unanswered" && synQueue >= Math.min(limit, 1))
      refused.set(packet.number, "SYN queue");
  }
  return refused;
}

function firstAfter(sorted: readonly StagePacket[], at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
