/**
 * What of a run a packetdrill script can say: packetdrill speaks for one client, so one is chosen, and whoever else waits in the accept
 * queue is made by connections over loopback.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import {
  clientEndpoint,
  clientNameOf,
  type ListenerPlan,
  listenerNameAt,
  type Scenario,
} from "../../scenario/index.ts";
import { type Arrival, type ArrivalOutcome, arrivalsOf, type Trace } from "../../trace/index.ts";

/** The parts of a run that become a script. */
export interface ScriptSubject {
  readonly listener: ListenerPlan;
  /** The endpoint of the client that the script speaks for. */
  readonly client: string;
  readonly clientName: string;
  /** When its SYN reached the server. */
  readonly beganAtMs: number;
  /** What became of its packets at the listener. */
  readonly arrivals: readonly Arrival[];
  /** When each of the others came into the accept queue, in milliseconds of the run. */
  readonly filledAtMs: readonly number[];
  /** When the script ends: somebody else is accepted, or the run is over. */
  readonly endsAtMs: number;
  /** Why it ends there, in words; null where the run is over. */
  readonly endsBecause: string | null;
}

/** More would be a load test. */
const MOST_FILLERS = 32;

/**
 * Chooses the client to whom most happens: a refused final ACK, else a SYN without an answer, else the first.
 *
 * @param name of the experiment, for the error
 * @throws {UsageError} for a run that such a script cannot say, with the reason
 */
export function chooseSubject(name: string, scenario: Scenario, trace: Trace): ScriptSubject {
  const listener = scriptableListener(name, scenario);
  const arrivals = arrivalsOf(trace, (endpoint) => listenerNameAt(scenario, endpoint));
  const client = subjectOf(scenario, arrivals);
  const own = arrivals.filter(({ packet }) => packet.from === client);
  const beganAtMs = own[0]?.packet.arrivedAt ?? 0;
  const stop = firstForeignAccept(trace, client, beganAtMs);
  const endsAtMs = stop?.at ?? scenario.durationMs;
  refuseHalfOpenOthers(name, arrivals, client, endsAtMs);
  const filledAtMs = fillers(trace, arrivals, client, beganAtMs, endsAtMs);
  if (filledAtMs.length > MOST_FILLERS)
    throw inexpressible(name, `${filledAtMs.length} others would have to be connected`);
  const clientName = clientNameOf(scenario, client) ?? client;
  const endsBecause =
    stop === null ? null : "the server accepts another connection, which the script has not made";
  return { listener, client, clientName, beganAtMs, arrivals: own, filledAtMs, endsAtMs, endsBecause };
}

function scriptableListener(name: string, scenario: Scenario): ListenerPlan {
  const [listener, ...others] = scenario.listeners;
  if (scenario.topology === "unix") throw inexpressible(name, "packetdrill has no AF_UNIX sockets");
  if (listener === undefined || others.length > 0) throw inexpressible(name, "it has several listeners");
  if (scenario.clients.some(({ fastOpen }) => fastOpen)) throw inexpressible(name, "it uses Fast Open");
  if (scenario.changes.length > 0) throw inexpressible(name, "it changes sysctls on the way");
  return listener;
}

const BY_INTEREST: readonly ArrivalOutcome[] = [
  "final-refused",
  "final-deferred",
  "syn-refused-accept-queue-full",
  "syn-unanswered",
];

function subjectOf(scenario: Scenario, arrivals: readonly Arrival[]): string {
  const found = BY_INTEREST.map((outcome) => arrivals.find((one) => one.outcome === outcome)).find(Boolean);
  return found?.packet.from ?? clientEndpoint(scenario, 0);
}

/** accept() of somebody else after the subject has begun; what was accepted before left no trace in the queue. */
function firstForeignAccept(trace: Trace, client: string, afterMs: number) {
  const isForeign = ({ call, result, remote, at }: Trace["calls"][number]) =>
    call === "accept4" && typeof result === "number" && remote !== client && at >= afterMs;
  return trace.calls.find(isForeign) ?? null;
}

/** Others that wait half-open decide about the SYN queue, and no loopback connection stays half-open. */
function refuseHalfOpenOthers(
  name: string,
  arrivals: readonly Arrival[],
  client: string,
  endsAtMs: number,
): void {
  const before = arrivals.filter(({ packet }) => (packet.arrivedAt ?? Number.POSITIVE_INFINITY) < endsAtMs);
  const completed = new Set(
    before.filter(({ outcome }) => outcome === "completed").map(({ packet }) => packet.from),
  );
  const halfOpen = before.find(
    ({ outcome, packet }) =>
      outcome === "syn-answered" && packet.from !== client && !completed.has(packet.from),
  );
  if (halfOpen !== undefined)
    throw inexpressible(
      name,
      `${halfOpen.packet.from} stays half-open, and packetdrill speaks for one client`,
    );
}

/** Those who completed and were not accepted before the subject began. */
function fillers(
  trace: Trace,
  arrivals: readonly Arrival[],
  client: string,
  beganAtMs: number,
  endsAtMs: number,
): number[] {
  const gone = new Set(
    trace.calls
      .filter(({ call, result, at }) => call === "accept4" && typeof result === "number" && at < beganAtMs)
      .map(({ remote }) => remote),
  );
  return arrivals
    .filter(
      ({ outcome, packet }) => outcome === "completed" && packet.from !== client && !gone.has(packet.from),
    )
    .flatMap(({ packet: { arrivedAt } }) => (arrivedAt === null || arrivedAt >= endsAtMs ? [] : [arrivedAt]));
}

function inexpressible(name: string, why: string): UsageError {
  return new UsageError(`${name} cannot be a packetdrill script: ${why}`);
}
