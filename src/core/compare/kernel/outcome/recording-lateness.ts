/**
 * How late a recording was: what a busy machine does to the plan of a scenario.
 *
 * @module
 */
import type { ListenerPlan, Scenario } from "../../../scenario/index.ts";
import type { Trace, TraceCall, TracePacket } from "../../../trace/index.ts";
import { seqAdd } from "../../../wire/packet/sequence.ts";

/** Later than this a SYN+ACK is a timer's. */
const DEFERRED_MS = 200;

/** How much later than planned a recording was at most: its calls, its packets on the wire, the kernels' answers, and its end. */
export function latenessOf(scenario: Scenario, trace: Trace): number {
  return Math.max(
    0,
    ...trace.packets.map((packet) => latenessOnWire(scenario, packet)),
    ...latenessOfHandshakes(trace),
    ...latenessOfClients(scenario, trace),
    ...scenario.listeners.flatMap((plan) => latenessOfServer(plan, trace)),
    (trace.samples.at(-1)?.at ?? 0) - scenario.durationMs,
  );
}

/** Beyond the delay and what a rule may have held the packet back for. */
export function latenessOnWire({ wire }: Scenario, { at, arrivedAt }: TracePacket): number {
  if (arrivedAt === null) return 0;
  const takenMs = arrivedAt - at - wire.delayMs;
  const heldMs = Math.max(0, ...wire.rules.map(({ byMs }) => byMs).filter((byMs) => byMs <= takenMs));
  return takenMs - heldMs;
}

/**
 * Both kernels answer a handshake at once. What their answers are late by is in the client's first measurement of the round trip, and so
 * in each of its timeouts.
 */
function latenessOfHandshakes({ packets }: Trace): number[] {
  const firstAnswers = new Map<string, TracePacket>();
  for (const packet of packets)
    if (packet.flags === "S." && !firstAnswers.has(packet.to)) firstAnswers.set(packet.to, packet);
  return [...firstAnswers.values()].flatMap((answer) => {
    const syns = packets.filter(
      ({ flags, from, at }) => flags === "S" && from === answer.to && at <= answer.at,
    );
    const reply = packets.find(
      ({ from, ack, at }) => from === answer.to && ack === seqAdd(answer.seq, 1) && at >= answer.at,
    );
    const pairs = [[syns.length === 1 ? syns[0] : undefined, answer] as const, [answer, reply] as const];
    return pairs
      .map(([packet, answered]) => lateBy(packet, answered))
      .filter((lateMs) => lateMs < DEFERRED_MS);
  });
}

function lateBy(packet: TracePacket | undefined, answer: TracePacket | undefined): number {
  return answer === undefined ? 0 : answer.at - (packet?.arrivedAt ?? answer.at);
}

/**
 * Whether the server's kernel took a packet only after its queues had been looked at, though it had been handed over: a busy
 * machine leaves received packets to a thread. Its SYN+ACK tells.
 */
export function wasDeferred({ packets, samples }: Trace): boolean {
  const lookedAt = new Map(samples.map(({ afterPacket, at }) => [afterPacket, at]));
  const answers = packets.filter(({ flags }) => flags === "S.");
  return packets.some(({ number, flags, from, seq, arrivedAt }) => {
    const lookAt = lookedAt.get(number);
    if (flags !== "S" || arrivedAt === null || lookAt === undefined) return false;
    const answer = answers.find(
      ({ to, ack, at }) => to === from && ack === seqAdd(seq, 1) && at >= arrivedAt,
    );
    return answer !== undefined && answer.at > lookAt && answer.at < lookAt + DEFERRED_MS;
  });
}

function latenessOfClients({ clients }: Scenario, trace: Trace): number[] {
  return clients.map(({ name, atMs }) => (connectedAt(trace, name) ?? atMs) - atMs);
}

function latenessOfServer(plan: ListenerPlan, trace: Trace): number[] {
  const planned = plan.calls.flatMap(({ atMs, call, argument }) =>
    Array.from({ length: call === "accept" ? argument : 1 }, () => atMs),
  );
  const made = plannedCallsMade(plan, trace);
  return planned.map((atMs, place) => (made[place]?.at ?? atMs) - atMs);
}

/** The calls of a server that makes none but the planned ones, in order; an accept() of several is several. */
export function plannedCallsMade({ name, accept }: ListenerPlan, { calls }: Trace): readonly TraceCall[] {
  if (accept.how !== "never") return [];
  const made = calls.filter(({ host, actor, call, remote }) => {
    return (
      host === "server" &&
      actor === name &&
      (call === "accept4" || call === "listen" || (call === "close" && remote === null))
    );
  });
  // The first listen() is no planned one.
  return made.slice(1);
}

/** When a client called connect(); null if it did not. */
export function connectedAt({ calls }: Trace, client: string): number | null {
  return calls.find(({ actor, call }) => actor === client && call === "connect")?.at ?? null;
}
