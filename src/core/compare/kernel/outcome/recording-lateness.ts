/**
 * How late a recording was: what a busy machine does to the plan of a scenario.
 *
 * @module
 */
import type { ListenerPlan, Scenario } from "../../../scenario/index.ts";
import type { Trace, TracePacket } from "../../../trace/index.ts";
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
function latenessOnWire({ wire }: Scenario, { at, arrivedAt }: TracePacket): number {
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

function latenessOfClients({ clients }: Scenario, { calls }: Trace): number[] {
  return clients.map(({ name, atMs }) => {
    const connect = calls.find(({ actor, call }) => actor === name && call === "connect");
    return connect === undefined ? 0 : connect.at - atMs;
  });
}

/** Planned calls of a server that makes no others. */
function latenessOfServer({ name, accept, calls: plans }: ListenerPlan, { calls }: Trace): number[] {
  if (accept.how !== "never") return [];
  const planned = plans.flatMap(({ atMs, call, argument }) =>
    Array.from({ length: call === "accept" ? argument : 1 }, () => atMs),
  );
  const made = calls.filter(({ host, actor, call, remote }) => {
    return (
      host === "server" &&
      actor === name &&
      (call === "accept4" || call === "listen" || (call === "close" && remote === null))
    );
  });
  // The first listen() is no planned one.
  return planned.map((atMs, place) => (made[place + 1]?.at ?? atMs) - atMs);
}
