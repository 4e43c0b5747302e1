/**
 * The same scenario a little later here and there, as a busy machine runs it: an ending that such a nudge changes hangs on a
 * close pair of events, and says nothing about a rule.
 *
 * @module
 */
import type { ListenerPlan, Scenario } from "../../../scenario/index.ts";
import type { Trace, TracePacket } from "../../../trace/index.ts";
import { seqAdd } from "../../../wire/packet/sequence.ts";
import { choicesFor } from "../random.ts";

/** One way in which a machine can be late. */
export interface Nudge {
  /** The scenario with every planned moment later by up to so much. */
  readonly scenario: Scenario;
  /** How late wire, programs and timers are at a moment. */
  readonly lagMs: (atMs: number) => number;
}

/** Later than this a SYN+ACK is a timer's. */
const DEFERRED_MS = 200;
/** The event loop is late for a while, so that packets which leave together stay together. */
const WHILE_MS = 40;

/**
 * The steps of the kernel's timers are counted from its own start: where in them a scenario begins is chance. With HZ = 250 the
 * widest step that a scenario meets is that of timers of 16 to 131 s.
 */
const PHASE_MS = 2048;

/** A way of being late by up to so much, by chance. */
export function nudged(scenario: Scenario, mostMs: number, seed: number): Nudge {
  const choose = choicesFor(seed, 0);
  const phaseMs = choose.whole(0, PHASE_MS);
  // The plan can be late where wire and timers are not.
  const mostLagMs = Math.ceil(mostMs * choose.pick([0, 0.3, 1]));
  const laterMs = () => choose.whole(0, Math.ceil(mostMs));
  const later = <T extends { readonly atMs: number }>(planned: T): T => ({
    ...planned,
    atMs: planned.atMs + phaseMs + laterMs(),
  });
  const listeners = scenario.listeners.map((one) => ({ ...one, calls: one.calls.map(later) }));
  const clients = scenario.clients.map((client) => ({
    ...client,
    // Every other time they stay together, so that a burst stays one.
    atMs: client.atMs + phaseMs + (seed % 2 === 0 ? 0 : laterMs()),
    closeAfterMs: client.closeAfterMs === null ? null : client.closeAfterMs + laterMs(),
  }));
  const changes = scenario.changes.map(later);
  const durationMs = scenario.durationMs + phaseMs + laterMs();
  // Lateness that stays the same shifts packets against timers in every round alike, which chance would seldom do.
  const steadyMs = choose.pick([null, choose.whole(0, mostLagMs)]);
  const lagMs = (atMs: number) =>
    steadyMs ?? choicesFor(seed, 1 + Math.floor(atMs / WHILE_MS)).whole(0, mostLagMs);
  return { scenario: { ...scenario, listeners, clients, changes, durationMs }, lagMs };
}

/** How much later than planned a recording was at most: its calls, its packets on the wire, and its end. */
export function latenessOf(scenario: Scenario, trace: Trace): number {
  return Math.max(
    0,
    ...trace.packets.map((packet) => latenessOnWire(scenario, packet)),
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
