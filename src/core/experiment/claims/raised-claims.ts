/**
 * Claims about a limit that is raised under a full listener: who was refused before comes in with its next packet, and everybody
 * who waited is accepted.
 *
 * @module
 */
import type { Arrival, TraceCall, TracePacket } from "../../trace/index.ts";
import { conclude, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";

const REFUSED = ["final-refused", "syn-refused-accept-queue-full"];

/** A client that was refused before the call, with the first packet of it that reached the listener afterwards. */
interface Returning {
  readonly client: string;
  readonly refused: readonly TracePacket[];
  readonly next: Arrival | null;
}

function raisingCall(view: TraceView, listener: string): TraceCall | null {
  return view.callsOf(listener, "listen")[1] ?? null;
}

function returningClients(view: TraceView, listener: string, call: TraceCall): Returning[] {
  const arrivals = view.arrivals.filter((arrival) => arrival.listener === listener);
  const isBefore = ({ packet }: Arrival): boolean => (packet.arrivedAt ?? 0) < call.at;
  const refused = arrivals.filter((arrival) => isBefore(arrival) && REFUSED.includes(arrival.outcome));
  return [...new Set(refused.map(({ packet }) => packet.from))].map((client) => ({
    client: view.nameOf(client),
    refused: refused.filter(({ packet }) => packet.from === client).map(({ packet }) => packet),
    next: nextArrival(view, arrivals, client, call),
  }));
}

/** The first packet of a client after the call, if it is one that the listener decided about. */
function nextArrival(
  view: TraceView,
  arrivals: readonly Arrival[],
  client: string,
  call: TraceCall,
): Arrival | null {
  const first = view.trace.packets.find(
    ({ from, arrivedAt }) => from === client && arrivedAt !== null && arrivedAt > call.at,
  );
  return arrivals.find(({ packet }) => packet.number === first?.number) ?? null;
}

/** The call stores the new limit at once, in a queue that is full by the old one, and nobody leaves it. */
export function raisedAtOnce(listener: string): Claim {
  return { id: "raised-at-once", check: (view) => checkRaised(view, listener) };
}

function checkRaised(view: TraceView, listener: string) {
  const call = raisingCall(view, listener);
  const text = `listen(${call?.argument ?? "…"}) makes the limit ${call?.argument ?? "that"} at once, and everybody who waits stays.`;
  if (call === null) return notSeen(text, "listen() was called once only");
  const filling = view.arrivals.findLast(
    ({ listener: at, outcome, packet }) =>
      at === listener && outcome === "completed" && (packet.arrivedAt ?? 0) < call.at,
  );
  const before = filling === undefined ? null : view.sampleAfterPacket(filling.packet);
  const after = view.sampleAfterCall(call, listener);
  return conclude(text, {
    facts: [
      `after packet ${filling?.packet.number} ${before?.acceptQueue} waited at a limit of ${before?.limit}; right after the call ${after?.acceptQueue} at ${after?.limit}`,
    ],
    packets: [filling?.packet],
    samples: [before, after],
    calls: [call],
    checks: [
      [before !== null && after !== null, "a sample before or right after the call is missing"],
      [before === null || before.acceptQueue > before.limit, "the queue was not full before"],
      [after === null || after.limit === call.argument, `the limit is ${after?.limit}`],
      [before?.acceptQueue === after?.acceptQueue, `${after?.acceptQueue} wait after the call`],
    ],
  });
}

/** The first packet of each refused client after the second listen() gets it in: a SYN is answered, anything else completes. */
export function refusedComeIn(listener: string): Claim {
  return { id: "refused-come-in", check: (view) => checkComeIn(view, listener) };
}

function checkComeIn(view: TraceView, listener: string) {
  const text =
    "Each client that was refused before comes in with the next packet that it sends by itself: a SYN is answered, data completes the handshake.";
  const call = raisingCall(view, listener);
  if (call === null) return notSeen(text, "listen() was called once only");
  const clients = returningClients(view, listener, call);
  const nexts = clients.map(({ next }) => next?.packet);
  const samples = clients.map(({ next }) => (next === null ? null : view.sampleAfterPacket(next.packet)));
  return conclude(text, {
    facts: clients.map(
      ({ client, refused, next }) =>
        `${client}: ${refused.length} packets refused, packet ${next?.packet.number} at ${seconds(next?.packet.arrivedAt ?? 0)} got it in`,
    ),
    packets: nexts,
    samples,
    calls: [call],
    checks: [
      [clients.length >= 2, "fewer than two clients were refused before the call"],
      ...clients.map(
        ({ client, refused, next }) =>
          [hasComeIn(view, refused[0], next), `the next packet of ${client} did not get it in`] as const,
      ),
      ...samples.map(
        (sample) => [sample !== null, "no sample was taken right after one of these packets"] as const,
      ),
    ],
  });
}

function hasComeIn(view: TraceView, refused: TracePacket | undefined, next: Arrival | null): boolean {
  if (next === null) return false;
  if (refused?.flags === "S") return next.outcome === "syn-answered";
  const after = view.sampleAfterPacket(next.packet);
  return next.outcome === "completed" && after?.acceptQueue === next.acceptQueue + 1;
}

/** Every client of the scenario was accepted, those that waited at the call first. */
export function nobodyIsLost(listener: string): Claim {
  return { id: "nobody-is-lost", check: (view) => checkNobodyLost(view, listener) };
}

function checkNobodyLost(view: TraceView, listener: string) {
  const wanted = view.scenario.clients.map(({ name }) => name);
  const text = `All ${wanted.length} clients are accepted, those that waited at the call first.`;
  const call = raisingCall(view, listener);
  if (call === null) return notSeen(text, "listen() was called once only");
  const accepted = view.callsOf(listener, "accept4").filter(({ result }) => typeof result === "number");
  const order = accepted.map(({ remote }) => view.nameOf(remote ?? ""));
  const completions = view.arrivals.filter(({ outcome }) => outcome === "completed");
  const queued = completions.map(({ packet }) => view.nameOf(packet.from));
  return conclude(text, {
    facts: [`accepted in this order: ${order.join(", ")}`],
    calls: [call, ...accepted],
    checks: [
      [new Set(order).size === wanted.length, `accepted: ${order.join(", ")}`],
      [queued.join() === order.join(), "they were accepted in another order than they came in"],
    ],
  });
}
