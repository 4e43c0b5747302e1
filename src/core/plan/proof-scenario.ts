/**
 * A demand as a scenario: the same clients and pauses as one run of the model, for the lab.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { clientEndpoint, listenerNameAt, parseScenario, type Scenario } from "../scenario/index.ts";
import { arrivalsOf, type Trace } from "../trace/index.ts";
import { acceptsPerSecond, type Demand } from "./demand.ts";
import { ACCEPT_EVERY_MS, isInPause, type Timetable, timetableOf } from "./timetable.ts";

/** The lab writes every packet and every call down; more clients than that make it late. */
const MOST_CLIENTS = 6_000;
/** Each accept() is written down, so the lab's server takes no more than so many times the arrivals. */
const CATCHES_UP = 2;
/** After the last pause, so that what is late still arrives; refused SYNs come again after more than this. */
const SETTLE_MS = 300;

/** What is run, and when its clients come. */
export interface Proof {
  readonly scenario: Scenario;
  readonly timetable: Timetable;
}

/** @throws {UsageError} for a load that the lab cannot carry */
export function proofOf(demand: Demand, backlog: number, seed: number): Proof {
  const timetable = timetableOf(demand, seed, false);
  if (timetable.arrivalsMs.length > MOST_CLIENTS)
    throw new UsageError(
      `--prove can run ${MOST_CLIENTS} connections, these are ${timetable.arrivalsMs.length}: lower --rate or --pause`,
    );
  const frame = parseScenario(frameOf(demand, backlog), "the proof of a plan");
  const [listener] = frame.listeners;
  if (listener === undefined) throw new Error("the proof's scenario has no listener");
  const [client] = frame.clients;
  if (client === undefined) throw new Error("the proof's scenario has no client");
  const clients = timetable.arrivalsMs.map((atMs, place) => ({
    ...client,
    name: `client ${place + 1}`,
    atMs,
  }));
  const calls = acceptCalls(demand, timetable);
  const durationMs = Math.ceil(timetable.endMs + SETTLE_MS);
  return { timetable, scenario: { ...frame, durationMs, clients, listeners: [{ ...listener, calls }] } };
}

function frameOf({ roundTripMs, patienceMs }: Demand, backlog: number): string {
  const close = patienceMs === null ? "" : `, close-after: ${patienceMs}ms`;
  return `
scenario: The load of a plan at a backlog of ${backlog}.
sysctls: { net.core.somaxconn: ${Math.max(1, backlog)} }
wire: { delay: ${roundTripMs / 2}ms }
listener: { backlog: ${backlog}, accept: { how: never } }
clients: [{ at: 0ms${close} }]
duration: 1s
`;
}

function acceptCalls(demand: Demand, timetable: Timetable): Scenario["listeners"][number]["calls"] {
  const perLook = (perSecond: number): number => Math.ceil((perSecond * ACCEPT_EVERY_MS) / 1000);
  const { ratePerSecond } = demand;
  const each = Math.min(perLook(acceptsPerSecond(demand)), perLook(ratePerSecond * CATCHES_UP));
  const count = Math.floor((timetable.endMs + SETTLE_MS) / ACCEPT_EVERY_MS);
  return Array.from({ length: count }, (_, place) => place * ACCEPT_EVERY_MS)
    .filter((atMs) => !isInPause(timetable, atMs))
    .map((atMs) => ({ atMs, call: "accept", argument: each }));
}

/**
 * By how much the machine was late in a run of the proof, at the most, in milliseconds: with a look at the queues, a client's
 * connect() or a packet. A client's SYN that came late was not refused, and a pause that ended late was a longer one.
 */
export function latenessOf({ scenario, timetable }: Proof, trace: Trace): number {
  const dueMs = new Map(timetable.arrivalsMs.map((atMs, place) => [scenario.clients[place]?.name, atMs]));
  const wayMs = scenario.wire?.delayMs ?? 0;
  const late = [
    trace.recording.largestSampleGapMs ?? 0,
    ...trace.calls.flatMap(({ actor, call, at }) =>
      call === "connect" ? [at - (dueMs.get(actor) ?? at)] : [],
    ),
    ...trace.packets.flatMap(({ at, arrivedAt }) => (arrivedAt === null ? [] : [arrivedAt - at - wayMs])),
  ];
  return late.reduce((most, ms) => Math.max(most, ms), 0);
}

/** The share of the clients that came during a pause and met a refusal, as the trace of the proof shows it. */
export function refusedShareIn({ scenario, timetable }: Proof, trace: Trace): number {
  const arrivals = arrivalsOf(trace, (endpoint) => listenerNameAt(scenario, endpoint));
  const refused = new Set(
    arrivals.filter(({ outcome }) => REFUSED.includes(outcome)).map(({ packet }) => packet.from),
  );
  const places = [...timetable.arrivalsMs.keys()].filter((place) =>
    isInPause(timetable, timetable.arrivalsMs[place] ?? 0),
  );
  const count = places.filter((place) => refused.has(clientEndpoint(scenario, place))).length;
  return places.length === 0 ? 0 : count / places.length;
}

const REFUSED: readonly string[] = ["syn-refused-accept-queue-full", "syn-unanswered", "final-refused"];
